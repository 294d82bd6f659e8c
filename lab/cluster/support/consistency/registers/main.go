// Registers: whether the reads and writes of a history could have happened one after the other, each at a moment while it was under
// way.
//
//	registers PICTURE < HISTORY    prints Ok, Illegal or Unknown; PICTURE is an HTML page about a history that is Illegal
//
// The history is that of clients.py. A write whose outcome nobody knows may have happened at any time after it began, or never.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/anishathalye/porcupine"
)

type event struct {
	Client string  `json:"client"`
	Kind   string  `json:"kind"`
	Start  float64 `json:"start"`
	End    float64 `json:"end"`
	Ok     *bool   `json:"ok"`
	Key    int     `json:"key"`
	Value  int64   `json:"value"`
}

type call struct {
	key   int
	write bool
	value int64
}

// One register for each key, which begins with zero.
var registers = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := map[int][]porcupine.Operation{}
		for _, operation := range history {
			key := operation.Input.(call).key
			parts[key] = append(parts[key], operation)
		}
		list := [][]porcupine.Operation{}
		for _, part := range parts {
			list = append(list, part)
		}
		return list
	},
	Init: func() interface{} { return int64(0) },
	Step: func(state, input, output interface{}) (bool, interface{}) {
		asked := input.(call)
		if asked.write {
			return true, asked.value
		}
		return output.(int64) == state.(int64), state
	},
	DescribeOperation: func(input, output interface{}) string {
		asked := input.(call)
		if asked.write {
			return fmt.Sprintf("register %d := %d", asked.key, asked.value)
		}
		return fmt.Sprintf("register %d is %d", asked.key, output)
	},
}

// What counts of a line: a read that failed says nothing, and a write that was refused did nothing.
func operation(e event, client int) (porcupine.Operation, bool) {
	known := e.Ok != nil
	write := e.Kind == "write"
	if e.Kind != "read" && !write || known && !*e.Ok || !known && !write {
		return porcupine.Operation{}, false
	}
	end := int64(math.MaxInt64)
	if known {
		end = nanoseconds(e.End)
	}
	return porcupine.Operation{ClientId: client, Input: call{e.Key, write, e.Value}, Call: nanoseconds(e.Start), Output: e.Value, Return: end}, true
}

func nanoseconds(seconds float64) int64 { return int64(seconds * 1e9) }

func main() {
	clients := map[string]int{}
	history := []porcupine.Operation{}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		if _, seen := clients[e.Client]; !seen {
			clients[e.Client] = len(clients)
		}
		if o, counts := operation(e, clients[e.Client]); counts {
			history = append(history, o)
		}
	}
	result, info := porcupine.CheckOperationsVerbose(registers, history, time.Minute)
	fmt.Println(result)
	if result == porcupine.Illegal {
		if err := porcupine.VisualizePath(registers, info, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}
