export {
    type CallContract,
    type Contract,
    contractFormat,
    contractOf,
    type PublicationContract,
    type SubscriptionContract,
} from "../contract/contract.ts";
