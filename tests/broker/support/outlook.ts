import { runInContainer } from "../../../src/cli/runInContainer.ts";
import type { TestStack } from "./stack.ts";

/** What a service's container can reach and write. */
export interface Outlook {
    /** The addresses (`host:port`) that accept a connection. */
    readonly reached: readonly string[];
    /** The folders where it can make a file, except `/tmp`, `/dev` and the service's own data. */
    readonly writable: readonly string[];
    /** The names of its volumes, without the stack's prefix and digests. */
    readonly volumes: readonly string[];
    readonly isReadOnly: boolean;
    /** In bytes. */
    readonly memory: number | undefined;
    /** The maximum number of its processes. */
    readonly processes: number;
}

const probe = `
import json, os, resource, socket, sys
from concurrent.futures import ThreadPoolExecutor
def accepts(place):
    host, port = place.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), 3).close()
        return True
    except OSError:
        return False
tried = json.loads(sys.argv[1])
# Together: a filter that drops packets takes the whole timeout of each.
with ThreadPoolExecutor(len(tried)) as threads:
    reached = [place for place, answer in zip(tried, threads.map(accepts, tried)) if answer]
writable = []
for folder, inside, files in os.walk("/"):
    if folder in ("/proc", "/sys", "/dev", "/tmp", "/var/lib/spot"):
        inside.clear()
        continue
    path = os.path.join(folder, ".written")
    try:
        open(path, "w").close()
        os.remove(path)
        writable.append(folder)
        inside.clear()
    except OSError:
        pass
processes = resource.getrlimit(resource.RLIMIT_NPROC)[0]
print(json.dumps({"reached": reached, "writable": writable, "processes": processes}))
`;

/** Tries addresses from inside a service's container, and to make a file in every folder. */
export async function outlookOf(
    stack: TestStack,
    service: string,
    addresses: readonly string[],
): Promise<Outlook> {
    const container = stack.docker.getContainer(stack.container(`${service}-0`));
    const request = JSON.stringify(addresses);
    const { exitCode, stdout, stderr } = await runInContainer(container, ["python3", "-c", probe, request]);
    if (exitCode !== 0) {
        throw new Error(`container of "${service}": the probe failed: ${stderr}`);
    }
    const { Mounts: mounts, HostConfig: host } = await container.inspect();
    const prefix = stack.container("");
    const names = mounts.flatMap(({ Name: name }) => (name === undefined ? [] : [name]));
    return {
        ...(JSON.parse(stdout) as Pick<Outlook, "processes" | "reached" | "writable">), // the probe's output
        volumes: [...new Set(names)]
            .map((name) => name.slice(prefix.length).replace(/-files-.*/, "-files"))
            .sort(),
        isReadOnly: host.ReadonlyRootfs === true,
        memory: host.Memory,
    };
}
