import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";
import { canInstallPackages, hasProgram, installPackages, readHost } from "../../../local/src/images/host.ts";
import { type Shell, scripts, shells } from "../../src/completion/scripts.ts";

const launcher = fileURLToPath(new URL("../../../../scripts/topology.mjs", import.meta.url));

/** A folder with the command `topology` and the scripts of the shells in it. */
export interface ShellFolder {
    readonly path: string;
    /** Types a line into a shell, presses Tab, and reads the line then, and what the shell offers. */
    readonly press: (shell: Shell, line: string) => Promise<Offer>;
    readonly remove: () => Promise<void>;
}

export interface Offer {
    /** The line after completion. @default - fish, which prints only the candidates */
    readonly line?: string;
    /** Sorted. */
    readonly offered: readonly string[];
}

/** @throws UserError if a shell is not there and cannot be installed */
export async function shellFolder(cwd: string): Promise<ShellFolder> {
    const missing = shells.filter((each) => !hasProgram(each));
    if (missing.length > 0) {
        if (!canInstallPackages(readHost())) {
            throw new Error(`shells ${missing.join(", ")}: are not there; install them`);
        }
        await installPackages(missing, () => undefined);
    }
    const path = await mkdtemp(join(tmpdir(), "topology-shells-"));
    const bin = join(path, "bin");
    await mkdir(bin);
    const command = `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`;
    await writeFile(join(bin, "topology"), command, { mode: 0o755 });
    for (const shell of shells) {
        await writeFile(join(path, `topology.${shell}`), scripts[shell]);
    }
    const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: path, TERM: "xterm" };
    return {
        path,
        press: (shell, line) =>
            shell === "fish" ? askFish(line, { path, cwd, env }) : pressTab(shell, line, { path, cwd, env }),
        remove: () => rm(path, { recursive: true, force: true }),
    };
}

interface Place {
    readonly path: string;
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
}

/** Fish can print its candidates itself. */
async function askFish(line: string, { path, cwd, env }: Place): Promise<Offer> {
    const program = `source "${join(path, "topology.fish")}"; complete --do-complete "${line}"`;
    const { stdout } = await promisify(execFile)("fish", ["--no-config", "-c", program], { cwd, env });
    const offered = stdout
        .split("\n")
        .filter((each) => each !== "")
        .map((each) => each.split("\t")[0] ?? "");
    return { offered: offered.sort() };
}

/** Ends what the shell prints about a Tab: a key that prints the line, and is read after Tab is done. */
const printLine = "\u001D";

/** Makes a shell print its line and all candidates together, in one column. */
const setUp: Readonly<Record<Exclude<Shell, "fish">, (path: string) => string>> = {
    bash: (path) => `PS1=
bind 'set show-all-if-ambiguous on'; bind 'set completion-query-items 0'; bind 'set page-completions off'
bind 'set completion-display-width 0'; bind 'set bell-style none'; bind 'set enable-bracketed-paste off'
bind -x '"\\C-]": printf "\\nLINE<%s>\\n" "$READLINE_LINE"'
source ${join(path, "topology.bash")}; echo REA''DY
`,
    zsh: (
        path,
    ) => `PS1= RPS1= PROMPT_SP= ; unsetopt prompt_sp beep zle_bracketed_paste; autoload -U compinit; compinit -u -d ${path}/zcompdump
LISTMAX=10000; setopt list_rows_first no_list_ambiguous; zstyle ':completion:*' list-packed false; zstyle ':completion:*' verbose true
show-line() { print; print -r -- "LINE<$BUFFER>"; }; zle -N show-line; bindkey '^]' show-line
source ${join(path, "topology.zsh")}; echo REA''DY
`,
};

function pressTab(shell: Exclude<Shell, "fish">, line: string, { path, cwd, env }: Place): Promise<Offer> {
    const start = { bash: "bash --norc --noprofile -i", zsh: "zsh -f -i" }[shell];
    return new Promise((resolve, reject) => {
        // The shells complete only on a terminal, which script gives them.
        const session = spawn(
            "script",
            ["--quiet", "--command", `stty cols 80 rows 200; ${start}`, "/dev/null"],
            {
                cwd,
                env,
            },
        );
        let text = "";
        let isReady = false;
        session.stdout.on("data", (chunk: Buffer) => {
            text += chunk.toString();
            const shown = stripVTControlCharacters(text).replaceAll("\r", "");
            if (!isReady && /^READY$/mu.test(shown)) {
                isReady = true;
                text = "";
                session.stdin.write(`${line}\t${printLine}`);
            }
            const found = /LINE<(.*)>\n/su.exec(shown);
            if (isReady && found !== null) {
                session.kill();
                const after = found[1] ?? "";
                const offered = shown
                    .slice(0, found.index)
                    .split("\n")
                    .slice(1)
                    // Without the description; behind the last candidate stands the line again.
                    .flatMap((each) =>
                        (each.split(/ +-- /u)[0] ?? "").replaceAll(after.trimEnd(), "").split(/\s+/u),
                    )
                    .filter((each) => each !== "");
                resolve({ line: after, offered: [...new Set(offered)].sort() });
            }
        });
        session.on("error", reject);
        session.on("exit", () => {
            reject(new Error(`${shell}: ended before it answered: ${text}`));
        });
        session.stdin.write(setUp[shell](path));
    });
}
