/** The AMQP address of a broker. */
export interface BrokerAddress {
    readonly hosts: readonly string[];
    readonly port: number;
    readonly tls: boolean;
}
