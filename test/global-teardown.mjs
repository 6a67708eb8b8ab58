/** Stops and removes what global-setup.mjs started; jest calls it after failures too. */
export default async function globalTeardown() {
  const close = globalThis.closeTestServer;
  delete globalThis.closeTestServer;
  delete process.env.CV_TEST_SERVER_URL;
  if (close !== undefined) await close();
}
