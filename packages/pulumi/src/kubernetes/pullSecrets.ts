/** The Secrets with which a pod's image is pulled, as its specification names them. Left out where there are none. */
export function pullSecrets(names: readonly string[]): {
    readonly imagePullSecrets?: { readonly name: string }[];
} {
    return names.length === 0 ? {} : { imagePullSecrets: names.map((name) => ({ name })) };
}
