export {
    type CallContract,
    type ConnectionsContract,
    type Contract,
    contractFormat,
    contractOf,
    type PublicationContract,
    type SubscriptionContract,
} from "../contract/contract.ts";
