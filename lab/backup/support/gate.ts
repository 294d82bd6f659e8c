import { connect, createServer, Server, Socket } from 'node:net';

/** A port that leads to a server, and can be closed and opened again: the server is away, and loses nothing meanwhile. */
export class Gate {
  public static async to(port: number): Promise<Gate> {
    const gate = new Gate(port);
    await gate.open();
    return gate;
  }

  public port = 0;
  private server?: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly behind: number) {}

  public open(): Promise<void> {
    this.server = createServer(client => {
      const server = connect(this.behind, '127.0.0.1');
      for (const [one, other] of [[client, server], [server, client]]) {
        this.sockets.add(one);
        one.on('error', () => other.destroy()).on('close', () => { this.sockets.delete(one); other.destroy(); }).pipe(other);
      }
    });
    // A suite that forgets it must end all the same.
    this.server.unref();
    return new Promise(resolve => this.server!.listen(this.port, '127.0.0.1', () => {
      this.port = (this.server!.address() as { port: number }).port;
      resolve();
    }));
  }

  public close(): Promise<void> {
    for (const socket of this.sockets) { socket.destroy(); }
    return new Promise(resolve => this.server!.close(() => resolve()));
  }
}
