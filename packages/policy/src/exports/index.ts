export { topologyPolicies } from "../policies.ts";
