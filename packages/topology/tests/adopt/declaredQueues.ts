/** The queues that a written module declares, as `<purpose> <name>`, sorted. */
export function declaredQueues(module: string): readonly string[] {
    const calls = module.matchAll(
        /\b(work|transient|requests|commands|parking|plain)\(\s*("(?:[^"\\]|\\.)*")/gu,
    );
    return [...calls]
        .map(([, purpose, name]) => `${purpose ?? ""} ${JSON.parse(name ?? "") as string}`)
        .sort();
}
