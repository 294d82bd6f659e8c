/** The closing list: what failed, why in one line, and how to run that suite alone. */
module.exports = class {
  onRunComplete(_, results) {
    const failed = results.testResults.flatMap(suite => suite.testResults.filter(({ status }) => status === 'failed')
      .map(test => ({ file: suite.testFilePath.replace(/^.*\/test\/cluster\//, ''), ...test })));
    const broken = results.testResults.filter(suite => suite.testExecError);
    const skipped = results.testResults.flatMap(suite => suite.testResults.filter(({ status }) => status === 'pending' || status === 'skipped'));
    for (const { fullName } of skipped) { console.log(`not run here: ${fullName}`); }
    if (failed.length + broken.length === 0) { return; }
    console.log(`\n${failed.length + broken.length} FAILED:`);
    for (const { file, fullName, title, failureMessages } of failed) {
      console.log(`\n  ${fullName}\n    ${(failureMessages[0] ?? '').split('\n').slice(0, 3).join('\n    ')}`);
      console.log(`    again: npm run test:cluster -- ${file} -t '${title.replace(/'/g, '.')}'`);
    }
    for (const suite of broken) { console.log(`\n  ${suite.testFilePath}\n    ${suite.testExecError.message}`); }
    console.log('\nSPILO_LAB_KEEP=1 keeps the lab and the namespaces of failed suites for a look.');
  }
};
