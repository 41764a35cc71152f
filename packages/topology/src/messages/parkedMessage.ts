/** A message in a parking queue, without its body: bodies can be people's mail. */
export interface ParkedMessage {
    readonly vhost: string;
    /** The parking queue. */
    readonly queue: string;
    /** The exchange that it was last published to. */
    readonly exchange: string;
    readonly routingKey: string;
    readonly properties: MessageProperties;
    /** A timestamp in a header is a number of seconds since 1970. */
    readonly headers: Readonly<Record<string, unknown>>;
    /** The size of the body in bytes. */
    readonly bytes: number;
    /** Whether the body is the JSON that its content type promises. @default - it promises none */
    readonly isValidJson?: boolean;
}

/** The properties of a message that identify it and its publisher. */
export interface MessageProperties {
    readonly messageId?: string;
    readonly correlationId?: string;
    readonly type?: string;
    readonly appId?: string;
    readonly userId?: string;
    readonly contentType?: string;
    /** When it was published, in milliseconds since 1970. */
    readonly timestamp?: number;
}

/** The id of a message for a person: its message id, or else its correlation id. */
export function messageIdOf({ properties }: Pick<ParkedMessage, "properties">): string | undefined {
    return properties.messageId ?? properties.correlationId;
}
