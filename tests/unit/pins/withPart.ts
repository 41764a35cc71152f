/**
 * The page with another code block between the two comments of that name.
 * @param info what follows the fence, such as `mermaid`
 * @throws Error if the page has no such comments
 */
export function withPart(page: string, name: string, info: string, text: string): string {
    const end = `<!-- end of ${name.split(":")[0] ?? ""} -->`;
    const begin = page.indexOf(`<!-- ${name}`);
    const after = page.indexOf(" -->\n", begin);
    const until = page.indexOf(end, after);
    if (begin === -1 || after === -1 || until === -1) {
        throw new Error(`the page has no part "${name}"`);
    }
    const block = `\n\`\`\`${info}\n${text.trimEnd()}\n\`\`\`\n\n`;
    return `${page.slice(0, after + " -->\n".length)}${block}${page.slice(until)}`;
}
