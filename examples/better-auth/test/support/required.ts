/** What has to be there. */
export function required<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) {
    throw new Error("missing");
  }
  return value;
}
