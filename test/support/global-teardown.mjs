/** Ends this run's PostgreSQL server and waits until its data are gone. */
export default async function tearDown() {
  const keeper = globalThis.testDatabaseKeeper;
  if (!keeper || keeper.exitCode !== null) return;
  const gone = new Promise((resolve) => keeper.once('exit', resolve));
  keeper.ref();
  keeper.disconnect();
  await gone;
}
