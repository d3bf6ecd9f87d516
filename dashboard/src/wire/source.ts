/** Whether a source sends recorded data, which is not the live market. */
export function isReplay(source: string): boolean {
  return source.startsWith('replay-');
}
