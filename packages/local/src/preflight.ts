/** A resource that the program declares, before its inputs are known and before anything is created. */
export interface Declared {
    readonly type: string;
    readonly name: string;
    /** The inputs with plain values; those with an Output are missing. */
    readonly plainInputs: Readonly<Record<string, unknown>>;
    /** True if `Resource.get` or `import` reads it instead of creating it. */
    readonly adopted: boolean;
}

/** Why a local run cannot create some of the declared resources, before it creates the first one. */
export function refusals(
    declared: readonly Declared[],
    isSupported: (type: string) => boolean,
    stack: string,
): string[] {
    const wayOut = `which a local run cannot create; use pulumi up --stack ${stack}`;
    const unsupported = declared.filter(({ type }) => !isSupported(type));
    const kubernetes = unsupported.filter(
        ({ type }) => type.startsWith("kubernetes:") || type === kubernetesProvider,
    );
    const problems: string[] = [];
    if (kubernetes.length > 0) {
        problems.push(`stack "${stack}" declares Kubernetes resources (${names(kubernetes)}), ${wayOut}`);
    }
    const others = unsupported.filter((resource) => !kubernetes.includes(resource));
    for (const type of new Set(others.map((resource) => resource.type))) {
        const ofType = others.filter((resource) => resource.type === type);
        problems.push(`stack "${stack}" declares "${type}" resources (${names(ofType)}), ${wayOut}`);
    }
    const adopted = declared.filter((resource) => resource.adopted && isSupported(resource.type));
    if (adopted.length > 0) {
        problems.push(
            `stack "${stack}" reads or imports existing resources (${names(adopted)}), but a local run starts with none; use pulumi up --stack ${stack}`,
        );
    }
    return problems;
}

const kubernetesProvider = "pulumi:providers:kubernetes";
const shownNames = 5;

function names(resources: readonly Declared[]): string {
    const sorted = resources.map(({ name }) => `"${name}"`).sort();
    const rest = sorted.length - shownNames;
    return `${sorted.slice(0, shownNames).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
