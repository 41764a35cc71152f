export {
    type CallContract,
    type CallerContract,
    type ConnectionsContract,
    type Contract,
    contractFormat,
    contractOf,
    type PublicationContract,
    type ReplyStreamContract,
    type SubscriptionContract,
} from "../contract/contract.ts";
