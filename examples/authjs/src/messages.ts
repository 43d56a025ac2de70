import { timestampDate, type Timestamp } from "@bufbuild/protobuf/wkt";

/** Without what is null or undefined. */
export function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const present = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]?: NonNullable<T[K]> };
}

/** What Doorward always fills in. */
export function filled<T>(field: string, value: T | undefined): T {
  if (value === undefined) {
    throw new TypeError(`${field}: not set (expected: that Doorward fills it in)`);
  }
  return value;
}

export function dateOrNull(time: Timestamp | undefined): Date | null {
  return time === undefined ? null : timestampDate(time);
}
