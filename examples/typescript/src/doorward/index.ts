/** Tells whose a session token is: from memory that a feed of revocations keeps true, and by a call otherwise. */
export { DoorwardClient, isLoopback } from "./client.js";
export { DoorwardError } from "./errors.js";
export { type Refusals, type SignedIn, protect, signedIn } from "./middleware.js";
export { DEFAULT_SETTINGS, type NearCacheSettings } from "./near-cache.js";
export { type Valid, Validator } from "./validator.js";
