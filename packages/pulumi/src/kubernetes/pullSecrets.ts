/** The image pull Secrets in the form of a pod specification; missing if there are none. */
export function pullSecrets(names: readonly string[]): {
    readonly imagePullSecrets?: { readonly name: string }[];
} {
    return names.length === 0 ? {} : { imagePullSecrets: names.map((name) => ({ name })) };
}
