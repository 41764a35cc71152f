export type * from "../claims/claim.ts";
export { claimsOf } from "../claims/claims.ts";
