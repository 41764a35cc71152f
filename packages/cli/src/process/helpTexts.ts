export const rootHelp = `Examples:
  topology check --definitions definitions.json    # what any broker exported
  topology list queues
  topology trace --exchange orders --key order.created
  topology review --base origin/main

Exit codes: 0 fine, 1 findings or an unroutable message, 2 wrong usage or
unreadable input, 3 broker unreachable.
Colours go to terminals only; NO_COLOR turns them off.`;

export const checkHelp = `
Examples:
  topology check --stack prod
  topology check --definitions definitions.json --target 4.3
  topology check --definitions https://admin@rabbit.example.com:15671
  rabbitmqctl export_definitions - | topology check --file - --json
  topology check --file topology/prod.json --sarif findings.sarif

Only errors and warnings make the exit code 1; notes do not.`;

export const traceHelp = `
Examples:
  topology trace --exchange orders --key order.created
  topology trace --definitions definitions.json --exchange orders \\
      --key order.new --header kind=invoice --header urgent=true
  topology trace --exchange orders --key order.created --expect orders --quiet
  topology trace --exchange orders --key order.created --expect orders \\
      --expect-only
  topology trace --exchange orders --key order.typo --expect none

The exit code is 1 if the message is unroutable: no queue receives it, or only
the alternate exchange, which parks it. With --expect, for CI, it is 0 if the
message is delivered to each expected queue, else 1. A queue that parks
unroutable messages does not count as a delivery.`;

export const explainHelp = `
Examples:
  topology explain orders
  topology explain --file topology/prod.json --exchange orders
  topology explain --definitions definitions.json --shovel copies
  topology explain --user billing --stack prod
  topology explain orders --definitions definitions.json --target 4.3

Without a name: topology list queues shows all queues. --user lists every queue
that a message of the user can end in: through bindings, alternate exchanges,
dead-letter exchanges and shovels, and whether its service declares to send
messages there. A broker's definitions do not contain services.`;

export const listHelp = `
Examples:
  topology list
  topology list queues --stack prod
  topology list queues --definitions definitions.json --sort -maxLength
  topology list queues --definitions https://admin@rabbit.example.com:15671 \\
      --sort -messages
  topology list bindings --columns source,routingKey,destination --no-headers
  topology list users -o yaml

A table shortens long lists in a cell. On a terminal it also cuts long cells and
hides the last columns if they do not fit. -o wide shows every cell in full, and
more columns. JSON and YAML are {KIND: [...]}: one object for each row, every
column a key, times in milliseconds, sizes in bytes, and null for a missing
value.`;

export const topHelp = `
Examples:
  topology top                                    # the dev stack, where it runs
  topology top --stack prod --broker https://monitoring@rabbit.example.com:15671
  topology top --definitions https://admin@rabbit.example.com:15671 --once

"waits" is the minimum time that the oldest message has waited. RabbitMQ reports
no message ages, so it is computed from an hour of the broker's counts.
Exit codes with --once and --json: 0 fine, 1 a queue has a problem, 2 wrong
usage, 3 broker unreachable.`;

export const driftHelp = `
Examples:
  topology drift                                  # the dev stack, where it runs
  topology drift --stack prod --broker https://admin@rabbit.example.com:15671
  topology drift --file topology/prod.json --broker https://admin@host:15671 \\
      --operator admin ci --markdown drift.md
  topology drift --stack prod --watch --interval "1 minute" --json

An administrator sees everything. A user with the tag monitoring sees queues,
exchanges, bindings and policies of the virtual hosts where it has a permission,
and the nodes. What it cannot see is listed and does not count as a difference.
Exit codes: 0 no difference, 1 differences, 2 wrong usage or unreadable input,
3 broker unreachable.`;

export const deadHelp = `
Examples:
  topology dead                         # the broker of the stack
  topology dead --file topology/prod.json \\
      --broker https://operator@rabbit.example.com:15671

The messages are put back, in their order. The user needs the read permission
for the parking queues and the tag management or monitoring.
Exit codes: 0 no messages, 1 messages, 2 wrong usage, 3 broker unreachable.`;

export const whyHelp = `
Examples:
  topology why orders.dlq               # the first message
  topology why orders.dlq --id 7c6f2c3e --body

Exit codes: 0 fine, 1 the queue is empty, 2 wrong usage, 3 broker unreachable.`;

export const peekHelp = `
Examples:
  topology peek orders.dlq --limit 20
  topology peek orders.dlq --body

The messages are put back, in their order. RabbitMQ 4.3 does not count that as a
delivery. Earlier versions do, so a quorum queue with a delivery limit is
refused there.
Exit codes: 0 fine, 1 the queue is empty, 2 wrong usage, 3 broker unreachable.`;

export const redriveHelp = `
Examples:
  topology redrive orders.dlq                        # what would be sent
  topology redrive orders.dlq --reason expired --yes
  topology redrive orders.dlq --error TimeoutError --rate 20 --limit 500 --yes
  topology redrive unrouted --to orders --yes

A message is acknowledged after the broker confirmed its copy: if the command or
the broker is killed, none is lost, and those of the last batch can arrive twice.
Repeat the command to go on. The copy has no counts, and the header x-redrives.
Exit codes: 0 fine, 1 nothing chosen, or a chosen message stays, 2 wrong usage,
3 broker unreachable.`;

export const messagesHelp = `
Examples:
  topology messages export orders.dlq --output orders.jsonl
  topology messages export orders.dlq --reason rejected --output bad.jsonl --remove
  topology messages import orders.jsonl                     # what would be sent
  topology messages import orders.jsonl --yes
  topology messages import orders.jsonl --to orders.dlq --yes

An import sends each message to where it failed, as redrive does, or with --to
elsewhere; into a parking queue with all its headers. <file>.sent remembers what
was sent: repeat an interrupted import to go on.
Exit codes: 0 fine, 1 nothing chosen, or a chosen message stays, 2 wrong usage,
3 broker unreachable.`;

export const backupHelp = `
Examples:
  topology backup shop.backup --passphrase-file passphrase   # the stack's broker
  topology backup shop.backup --dry-run \\
      --definitions https://admin@rabbit.example.com:15671

The messages are put back, in their order, as by peek. Definitions and users with
their password hashes need an administrator; what the user may not see is listed.
Repeat an interrupted command to go on: it keeps <file>.partial until the file is
complete, and was read again from the disk.
Exit codes: 0 everything is in the file, 1 something is not, 2 wrong usage,
3 broker unreachable.`;

export const restoreHelp = `
Examples:
  topology restore shop.backup --verify
  topology restore shop.backup --broker https://admin@rabbit.example.com:15671
  topology restore shop.backup --broker https://admin@rabbit.example.com:15671 --yes

What the broker has already stays: objects that differ are listed, and replaced
only with --overwrite; queues, exchanges and bindings never. A message is not
restored if an equal one is in its queue, so repeat an interrupted command.
Exit codes: 0 the broker has everything of the backup, 1 it does not, 2 wrong
usage or another file, 3 broker unreachable.`;

export const reviewHelp = `
Examples:
  topology review --base origin/main
  topology review --base origin/main --stack prod \\
      --broker https://admin@rabbit.example.com:15671
  topology review --base v1.2 --head v1.3 --markdown review.md --svg pictures
  topology review --base https://admin@rabbit.example.com:15671 \\
      --head definitions.json --json
  pulumi preview --json --stack dev \\
      | topology review --base origin/main --stack dev --preview -

A revision is compared from the commit where the head branched off. A name that
ends in .json or begins with ./, ../ or / is a file.
Exit codes: 0 fine, 1 the change destroys messages without approval or another
problem must be solved, 2 wrong usage or unreadable input, 3 broker
unreachable.`;

export const migrateHelp = `
Examples:
  topology migrate plan --base origin/main --stack prod
  topology migrate plan --base old.json --head new.json --stages stages
  topology migrate status --broker https://admin@rabbit.example.com:15671
  topology migrate run --broker https://admin@rabbit.example.com:15671 --apply
  topology migrate undo --broker https://admin@rabbit.example.com:15671 --apply

run reads from the broker how far it is, so it goes on after an interruption at
any moment. A message is acknowledged only after the other queue has confirmed
it, and a queue is deleted only if it is empty and unused. undo works until the
last stage.
Exit codes: 0 fine, 1 it waits for consumers or publishers, or the broker
changed since the plan, 2 wrong usage or unreadable input, 3 broker
unreachable.`;

export const snapshotHelp = `
Examples:
  topology snapshot            # commit what it writes: a review compares it
  topology snapshot --check    # in CI`;

export const adoptHelp = `
Examples:
  topology adopt definitions.json --out orders
  topology adopt --broker https://admin@rabbit.example.com:15671 --out orders
  rabbitmqctl export_definitions - | topology adopt - --out orders --json

The program's topology equals the broker's. pulumi import then reads the objects
into the state of the stack, and the first preview is empty. Users keep their
passwords. Only a running broker knows the ids of bindings with arguments.
Exit codes: 0 everything is in the program, 1 the broker keeps something that
Pulumi cannot manage, 2 wrong usage, unreadable input or an existing file,
3 broker unreachable.`;

export const completionHelp = `
Examples:
  eval "$(topology completion bash)"         # in ~/.bashrc
  eval "$(topology completion zsh)"          # in ~/.zshrc, after compinit
  topology completion fish > ~/.config/fish/completions/topology.fish

Queues, exchanges, virtual hosts and stacks come from the program, or from the
file in --file or --definitions, but not from a live broker. If topology is not
on PATH, define a function first: topology() { npx topology "$@"; }`;

export const commentHelp = `
Examples:
  topology comment --file review.md --repo acme/shop --pull 7
  topology comment --file review.md --allow-forbidden    # in GitHub Actions
  topology comment --file review.md --host gitlab --repo acme/shop --pull 7
  topology comment --review --record record.json --status

With --review, the code of this checkout reviews the commits that the host
names. It reads the pull request's files from git, so fetch its newest commit
first. The record of the pull request's own run must be about the same commits.

The token is read from GITHUB_TOKEN or GITLAB_TOKEN, never from an argument,
which others can see. CI_JOB_TOKEN of GitLab may not comment. The action is
created, updated, unchanged, none (nothing changes, and no comment exists),
outdated (a newer commit was pushed) or forbidden.
Exit codes: 0 written, or nothing to write, 1 with --review: the change destroys
messages without approval or another problem must be solved, 2 wrong usage or
refused, 3 no answer, or a wait longer than --timeout.`;
