import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as rabbitmq from "@pulumi/rabbitmq";
import * as random from "@pulumi/random";

/** Relies on uploaded files only, so that it works with any image that has `rabbitmq-server` on its PATH. */
const launch = `set -eu
install -o rabbitmq -g rabbitmq -m 0400 /etc/rabbitmq/cookie /var/lib/rabbitmq/.erlang.cookie
chown rabbitmq:rabbitmq /var/lib/rabbitmq
exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups env HOME=/var/lib/rabbitmq rabbitmq-server
`;

/** One broker in a container with a small topology: every kind of resource that a local run creates. */
export function brokerProgram(): Promise<pulumi.Inputs> {
    const config = new pulumi.Config("local-run-test");
    const prefix = config.require("prefix");
    const port = config.requireNumber("port");
    const image = new docker.RemoteImage("image", {
        name: config.get("image") ?? "rabbitmq:4.3-management",
        keepLocally: true,
    });
    const password = new random.RandomPassword("operator", { length: 24, special: false });
    const cookie = new random.RandomString("cookie", { length: 32, special: false });
    const network = new docker.Network("network", { name: `${prefix}-net` });
    const volume = new docker.Volume("data", { name: `${prefix}-data` });
    const broker = new docker.Container("broker", {
        name: `${prefix}-broker`,
        image: image.imageId,
        hostname: "broker",
        user: "root",
        entrypoints: ["/bin/sh", "/etc/rabbitmq/launch.sh"],
        networksAdvanced: [{ name: network.name, aliases: ["rabbit"] }],
        ports: [
            { internal: 15672, external: port, ip: "127.0.0.1" },
            { internal: 5672, ip: "127.0.0.1" },
        ],
        volumes: [{ volumeName: volume.name, containerPath: "/var/lib/rabbitmq" }],
        labels: [{ label: "purpose", value: "test" }],
        uploads: [
            { file: "/etc/rabbitmq/launch.sh", content: launch, permissions: "0755" },
            { file: "/etc/rabbitmq/cookie", content: cookie.result, permissions: "0400" },
            { file: "/etc/rabbitmq/enabled_plugins", content: "[rabbitmq_management].\n" },
            {
                file: "/etc/rabbitmq/rabbitmq.conf",
                content: pulumi.interpolate`default_user = operator\ndefault_pass = ${password.result}\nloopback_users = none\n`,
            },
        ],
        healthcheck: {
            tests: ["CMD", "rabbitmq-diagnostics", "-q", "check_port_connectivity"],
            interval: "2s",
            timeout: "10s",
            retries: 30,
            startPeriod: "5s",
        },
        wait: true,
        waitTimeout: 120,
    });
    const provider = new rabbitmq.Provider(
        "broker",
        { endpoint: `http://127.0.0.1:${port}`, username: "operator", password: password.result },
        { dependsOn: broker },
    );
    declareTopology(provider);
    return Promise.resolve({
        endpoint: `http://127.0.0.1:${port}`,
        password: password.result,
        amqpPort: broker.ports.apply((ports) => ports?.find(({ internal }) => internal === 5672)?.external),
    });
}

function declareTopology(provider: rabbitmq.Provider): void {
    const options = { provider };
    const vhost = new rabbitmq.VHost("spot", { name: "spot/test" }, options).name;
    const userPassword = new random.RandomPassword("worker", { length: 24, minSpecial: 2 });
    const user = new rabbitmq.User(
        "worker",
        { name: "worker", password: userPassword.result, tags: ["monitoring"] },
        options,
    );
    new rabbitmq.Permissions(
        "worker",
        { user: user.name, vhost, permissions: { configure: "^$", write: "^events$", read: "^audit$" } },
        options,
    );
    const events = new rabbitmq.Exchange(
        "events",
        { name: "events", vhost, settings: { type: "topic", durable: true } },
        options,
    );
    new rabbitmq.TopicPermissions(
        "worker",
        { user: user.name, vhost, permissions: [{ exchange: events.name, write: "^job\\.", read: ".*" }] },
        options,
    );
    new rabbitmq.Policy(
        "audit",
        {
            name: "audit",
            vhost,
            policy: {
                pattern: "^audit$",
                applyTo: "quorum_queues",
                priority: 7,
                definition: { "message-ttl": "60000", "dead-letter-exchange": "events" },
            },
        },
        options,
    );
    new rabbitmq.OperatorPolicy(
        "cap",
        {
            name: "cap",
            vhost,
            policy: { pattern: ".*", applyTo: "queues", priority: 0, definition: { "max-length": "100000" } },
        },
        options,
    );
    const audit = new rabbitmq.Queue(
        "audit",
        {
            name: "audit",
            vhost,
            settings: {
                durable: true,
                argumentsJson: JSON.stringify({ "x-queue-type": "quorum", "x-delivery-limit": 5 }),
            },
        },
        options,
    );
    new rabbitmq.Binding(
        "audit",
        {
            vhost,
            source: events.name,
            destination: audit.name,
            destinationType: "queue",
            routingKey: "job.#",
        },
        options,
    );
}
