/** How services and tools reach a broker. */
export interface BrokerAddress {
    readonly hosts: readonly string[];
    readonly port: number;
    readonly tls: boolean;
}
