/** Stops the embedded server, or drops what the tests made on another. */
export default async function globalTeardown() {
  await globalThis.endOfTaskerTests();
}
