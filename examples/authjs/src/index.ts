export { DoorwardAdapter } from "./adapter.js";
export type { DoorwardOptions } from "./client.js";
export { DoorwardError } from "./errors.js";
