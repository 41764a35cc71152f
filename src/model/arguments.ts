/** A value in an argument table or a policy definition, as JSON writes it. */
export type ArgumentValue =
    | string
    | number
    | boolean
    | null
    | readonly ArgumentValue[]
    | { readonly [key: string]: ArgumentValue };

/** Optional arguments of an exchange, queue or binding, keyed as the broker spells them (`x-...`). */
export type Arguments = Readonly<Record<string, ArgumentValue>>;
