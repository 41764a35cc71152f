export const rootHelp = `Examples:
  topology check --definitions definitions.json       # of any broker: rabbitmqctl export_definitions definitions.json
  topology list queues
  topology trace --exchange orders --key order.created
  topology review --base origin/main

Exit codes: 0 fine, 1 findings or nothing reached, 2 wrong usage or unreadable input, 3 broker unreachable.
Colours go to terminals only; NO_COLOR turns them off.`;

export const checkHelp = `
Examples:
  topology check --stack prod
  topology check --definitions definitions.json --target 4.3
  topology check --definitions https://admin@rabbit.example.com:15671 --vhost shop
  rabbitmqctl export_definitions - | topology check --file - --json
  topology check --file topology/prod.json --sarif findings.sarif

Only errors and warnings make the exit code 1; notes do not.`;

export const traceHelp = `
Examples:
  topology trace --exchange orders --key order.created
  topology trace --definitions definitions.json --exchange orders --key "" --header kind=invoice --header urgent=true
  topology trace --exchange orders --key order.created --expect orders --quiet        # in CI
  topology trace --exchange orders --key order.created --expect orders --expect-only
  topology trace --exchange orders --key order.typo --expect none

The exit code is 1 if the message is unroutable: no queue receives it, or only the alternate exchange, which parks it. With --expect it is 0
if the message is delivered to each expected queue, else 1; a queue that parks unroutable messages is never a delivery.`;

export const explainHelp = `
Examples:
  topology explain orders
  topology explain --file topology/prod.json --exchange orders
  topology explain orders --definitions definitions.json --vhost shop --target 4.3

Without a name: topology list queues shows all queues.`;

export const listHelp = `
Examples:
  topology list
  topology list queues --stack prod
  topology list queues --definitions definitions.json --sort -maxLength
  topology list queues --definitions https://admin@rabbit.example.com:15671 --sort -messages
  topology list bindings --file topology/prod.json --columns source,routingKey,destination --no-headers
  topology list users -o yaml

A table shortens long lists of a cell; -o wide shows them in full, and further columns. JSON and YAML are {KIND: [...]}, one object
for each row with every column as a key, times in milliseconds, sizes in bytes, null for what does not exist.`;

export const topHelp = `
Examples:
  topology top                                       # the dev stack, where it runs
  topology top --stack prod --broker https://monitoring@rabbit.example.com:15671
  topology top --definitions https://admin@rabbit.example.com:15671 --once

"waits" is the least time that the oldest message has waited: the broker tells no ages, so it is concluded from an hour of its counts.
Exit codes with --once and --json: 0 fine, 1 something is wrong, 2 wrong usage, 3 broker unreachable.`;

export const reviewHelp = `
Examples:
  topology review --base origin/main
  topology review --base origin/main --stack prod --broker https://admin@rabbit.example.com:15671
  topology review --base v1.2 --head v1.3 --markdown review.md --svg pictures
  topology review --base https://admin@rabbit.example.com:15671 --head definitions.json --json
  pulumi preview --json --stack dev | topology review --base origin/main --stack dev --preview -

A revision is compared from where the head branched off. What ends in .json or begins with ./, ../ or / is a file.
Exit codes: 0 nothing, or nothing that needs somebody's agreement, 1 it destroys messages, or something needs a look, 2 wrong usage or
unreadable input, 3 broker unreachable.`;

export const snapshotHelp = `
Examples:
  topology snapshot            # commit what it writes: a pull request shows the change of the topology
  topology snapshot --check    # in CI`;

export const completionHelp = `
Examples:
  eval "$(topology completion bash)"         # in ~/.bashrc
  eval "$(topology completion zsh)"          # in ~/.zshrc, after compinit
  topology completion fish > ~/.config/fish/completions/topology.fish

Queues, exchanges, virtual hosts and stacks are those of the program, or of the file in --file or --definitions; a live broker is not
asked. Where topology is not on PATH, define a function before: topology() { npx topology "$@"; }`;

export const commentHelp = `
Examples:
  topology comment --file review.md --repo acme/shop --pull 7
  topology comment --file review.md --allow-forbidden       # in a workflow of GitHub Actions

The token is taken from GITHUB_TOKEN, never from an argument, which others can see. An action is created, updated, unchanged, none
(nothing changes, and there is no comment to say it in), outdated (a newer commit was pushed) or forbidden.
Exit codes: 0 said, or nothing to say, 2 wrong usage or refused, 3 no answer, or too long a wait.`;
