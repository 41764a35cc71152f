import { describe, expect, it } from "vitest";
import { imageProblem } from "../../../../src/cli/diagnosis/imageProblem.ts";
import { refusalProblem } from "../../../../src/cli/diagnosis/refusalProblem.ts";
import { schedulingProblem } from "../../../../src/cli/diagnosis/schedulingProblem.ts";

// The messages are those of kubelets, container runtimes, schedulers and admission plugins in public bug reports, with other names.

const image = "registry.example.com/spot@sha256:0";

describe("the problem of an image", () => {
    it.each<[string, string, string]>([
        [
            'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/spot@sha256:0": failed to resolve reference "registry.example.com/spot@sha256:0": registry.example.com/spot@sha256:0: not found',
            "the registry has no such image",
            "push it",
        ],
        [
            'Failed to pull image "registry.example.com/spot@sha256:0": rpc error: code = Unknown desc = Error response from daemon: manifest for registry.example.com/spot@sha256:0 not found: manifest unknown: manifest unknown',
            "the registry has no such image",
            "push it",
        ],
        [
            'failed to pull and unpack image "registry.example.com/spot@sha256:0": failed to resolve reference "registry.example.com/spot@sha256:0": unexpected status code [manifests 5]: 401 Unauthorized',
            "the registry refuses access or has no such image",
            "imagePullSecrets",
        ],
        [
            "failed to authorize: failed to fetch oauth token: unexpected status: 403 Forbidden",
            "the registry refuses access or has no such image",
            "imagePullSecrets",
        ],
        [
            "pull access denied for spot, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
            "the registry refuses access or has no such image",
            "imagePullSecrets",
        ],
        [
            'Head "https://registry-1.docker.io/v2/library/rabbitmq/manifests/4.3": dial tcp 192.0.2.1:443: i/o timeout',
            "the nodes cannot reach the registry",
            "firewall",
        ],
        [
            'failed to do request: Head "https://registry-1.docker.io/v2/x": read tcp 192.0.2.1:42728->192.0.2.2:443: read: connection reset by peer',
            "the nodes cannot reach the registry",
            "firewall",
        ],
        [
            "dial tcp: lookup registry.example.com on 192.0.2.53:53: no such host",
            "the nodes cannot reach the registry",
            "DNS",
        ],
        [
            "Get https://registry-1.docker.io/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
            "the nodes cannot reach the registry",
            "proxy",
        ],
        [
            'failed to do request: Head "https://registry.example.com/v2/x": tls: failed to verify certificate: x509: certificate signed by unknown authority',
            "the nodes do not trust the registry's certificate",
            "certificate authority",
        ],
        [
            "http: server gave HTTP response to HTTPS client",
            "the nodes do not trust the registry's certificate",
            "certificate authority",
        ],
        [
            "toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading",
            "the registry limits the number of requests",
            "wait",
        ],
        [
            "429 Too Many Requests - Server message: toomanyrequests",
            "the registry limits the number of requests",
            "wait",
        ],
        [
            "no match for platform in manifest: not found",
            "it is not built for the processors of the nodes",
            "--platform",
        ],
        [
            'Failed to apply default image tag "Registry/Spot:1": couldn\'t parse image name "Registry/Spot:1": invalid reference format: repository name must be lowercase',
            "its name is invalid",
            "correct",
        ],
        [
            'Container image "registry.example.com/spot@sha256:0" is not present with pull policy of Never',
            "it is not on the node, and its pull policy is Never",
            "bring it to the nodes",
        ],
        [
            'Back-off pulling image "registry.example.com/spot@sha256:0": ErrImagePull: failed to do request: Head "https://registry.example.com/v2/x": dial tcp: lookup registry.example.com on 127.0.0.11:53: read udp 127.0.0.1:35986->127.0.0.11:53: i/o timeout',
            "the nodes cannot reach the registry",
            "DNS",
        ],
        [
            "failed to extract layer sha256:0: write /var/lib/containerd/x: no space left on device",
            "the disk of the node is full",
            "free disk space",
        ],
    ])("is derived from %s", (message, problem, wayOut) => {
        const pause = `Back-off pulling image "${image}"`;
        const found = imageProblem(image, ["ImagePullBackOff", pause, message]);
        expect(found.problem).toBe(`image "${image}" cannot be pulled: ${problem}`);
        expect(found.wayOut).toContain(wayOut);
    });

    it("does not take words of the image's name for an answer", () => {
        const odd = "registry.example.com/denied-401/not found";
        expect(imageProblem(odd, [`Back-off pulling image "${odd}"`, `${odd}: strange`]).problem).toBe(
            `image "${odd}" cannot be pulled (${odd}: strange)`,
        );
    });

    it("is only the image if nothing else is known", () => {
        expect(imageProblem(image, [`Back-off pulling image "${image}"`]).problem).toBe(
            `image "${image}" cannot be pulled`,
        );
    });
});

describe("the problem of the scheduler", () => {
    it.each<[string, string, string]>([
        [
            "0/3 nodes are available: 1 Insufficient memory, 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
            "0/3 nodes are available: 1 Insufficient memory, 3 Insufficient cpu",
            'add nodes, or ask for less ("brokerCpus", "brokerMemory", "serviceReplicas")',
        ],
        [
            "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable. preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling",
            "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable",
            'add nodes in the zones that lack one, and check their label topology.kubernetes.io/zone against "zones"; make the nodes schedulable again (kubectl uncordon NAME)',
        ],
        [
            "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling..",
            "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector",
            'name in "zones" what the nodes have as label topology.kubernetes.io/zone (kubectl get nodes -L topology.kubernetes.io/zone)',
        ],
        [
            "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod..",
            "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules",
            'add nodes: every RabbitMQ node ("nodes") needs a host of its own',
        ],
        [
            "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
            "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims",
            'check the claim (kubectl get pvc) and its class ("storageClass", "databaseStorageClass")',
        ],
        [
            '0/3 nodes are available: persistentvolumeclaim "persistence-rabbitmq-server-0" not found.',
            '0/3 nodes are available: persistentvolumeclaim "persistence-rabbitmq-server-0" not found',
            'check the claim (kubectl get pvc) and its class ("storageClass", "databaseStorageClass")',
        ],
        [
            "0/6 nodes are available: 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) had volume node affinity conflict.",
            "0/6 nodes are available: 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) had volume node affinity conflict",
            "add a node in the zone of the volume: a volume cannot leave its zone; remove the taint from the nodes (kubectl describe node), or add nodes without it",
        ],
        ...[
            [
                "1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }",
                "start the nodes that are not ready again (kubectl get nodes, kubectl describe node)",
            ],
            [
                "2 node(s) had taint {node.kubernetes.io/not-ready: }, that the pod didn't tolerate",
                "start the nodes that are not ready again (kubectl get nodes, kubectl describe node)",
            ],
            [
                "1 node(s) had untolerated taint {node.cloudprovider.kubernetes.io/uninitialized: true}",
                "start the nodes that are not ready again (kubectl get nodes, kubectl describe node)",
            ],
            [
                "1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }",
                "free what the nodes run short of, or add nodes (kubectl describe node)",
            ],
            [
                "1 node(s) had untolerated taint {node.kubernetes.io/memory-pressure: }, 2 node(s) had untolerated taint {reserved: true}",
                "free what the nodes run short of, or add nodes (kubectl describe node); remove the taint from the nodes (kubectl describe node), or add nodes without it",
            ],
            [
                "1 node(s) had untolerated taint(s)",
                "remove the taint from the nodes (kubectl describe node), or add nodes without it",
            ],
        ].map(([reason = "", wayOut = ""]): [string, string, string] => [
            `0/3 nodes are available: ${reason}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
            `0/3 nodes are available: ${reason}`,
            wayOut,
        ]),
        [
            "0/1 nodes are available: 1 Too many pods.",
            "0/1 nodes are available: 1 Too many pods",
            "add nodes, or allow more pods on each",
        ],
        [
            "0/4 nodes are available: 4 node(s) exceed max volume count.",
            "0/4 nodes are available: 4 node(s) exceed max volume count",
            "add nodes: each can attach only so many volumes",
        ],
        [
            "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
            "0/3 nodes are available: 3 Insufficient cpu",
            'add nodes, or ask for less ("brokerCpus", "brokerMemory", "serviceReplicas")',
        ],
        [
            '0/3 nodes are available: persistentvolumeclaim "data" not found. not found',
            '0/3 nodes are available: persistentvolumeclaim "data" not found',
            'check the claim (kubectl get pvc) and its class ("storageClass", "databaseStorageClass")',
        ],
        ["no nodes available to schedule pods", "no nodes available to schedule pods", "add nodes"],
        [
            "0/3 nodes are available: 3 node(s) something new.",
            "0/3 nodes are available: 3 node(s) something new",
            "add a node that fits, or change what the pod needs",
        ],
    ])("is the message without preemption, with a way out for each part: %s", (message, reason, wayOut) => {
        expect(schedulingProblem(message)).toEqual({ problem: `no node fits (${reason})`, wayOut });
    });
});

describe("the problem of a refused object", () => {
    it.each<[string, string]>([
        [
            "create Pod etcd-1 in StatefulSet etcd failed error: The POST operation against Pod could not be completed at this time, please try again.",
            "the API server did not accept a change at that moment",
        ],
        [
            'Operation cannot be fulfilled on statefulsets.apps "rabbitmq-server": the object has been modified; please apply your changes to the latest version and try again',
            "the API server did not accept a change at that moment",
        ],
        ["etcdserver: request timed out", "the API server did not accept a change at that moment"],
        [
            'Error creating: pods "gateway-7c9b6d8f45-p2xnq" is forbidden: exceeded quota: team-quota, requested: limits.memory=1Gi,requests.memory=512Mi, used: limits.memory=3584Mi,requests.memory=2Gi, limited: limits.memory=4Gi,requests.memory=4Gi',
            'ResourceQuota "team-quota" is exceeded (requested limits.memory=1Gi,requests.memory=512Mi; used limits.memory=3584Mi,requests.memory=2Gi; limit limits.memory=4Gi,requests.memory=4Gi)',
        ],
        [
            'create Pod rabbitmq-server-0 in StatefulSet rabbitmq-server failed error: failed to create PVC persistence-rabbitmq-server-0: persistentvolumeclaims "persistence-rabbitmq-server-0" is forbidden: exceeded quota: storage, requested: requests.storage=10Gi, used: requests.storage=95Gi, limited: requests.storage=100Gi',
            'ResourceQuota "storage" is exceeded (requested requests.storage=10Gi; used requests.storage=95Gi; limit requests.storage=100Gi)',
        ],
        [
            'Error creating: pods "x" is forbidden: failed quota: compute: must specify limits.cpu for: service; limits.memory for: service',
            'ResourceQuota "compute" requires values that the pod does not have (must specify limits.cpu for: service; limits.memory for: service)',
        ],
        [
            '(combined from similar events): Error creating: pods "rabbitmq-server-0" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "rabbitmq" must set securityContext.allowPrivilegeEscalation=false), seccompProfile (pod or container "rabbitmq" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
            'Pod Security level "restricted:latest" refuses the pod (allowPrivilegeEscalation != false (container "rabbitmq" must set securityContext.allowPrivilegeEscalation=false), seccompProfile (pod or container "rabbitmq" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"))',
        ],
        [
            'create Pod definition-server-0 in StatefulSet definition-server failed error: pods "definition-server-0" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount]',
            'no SecurityContextConstraint of OpenShift admits the pod ([provider "anyuid": Forbidden: not usable by user or serviceaccount])',
        ],
        [
            'Error creating: admission webhook "validation.gatekeeper.sh" denied the request: [require-team] you must provide labels: {"team"}',
            'admission webhook "validation.gatekeeper.sh" refuses it ([require-team] you must provide labels: {"team"})',
        ],
        [
            'Error creating: Internal error occurred: failed calling webhook "mutate.kyverno.svc-fail": failed to call webhook: Post "https://kyverno-svc.kyverno.svc:443/mutate/fail?timeout=10s": dial tcp 10.96.8.1:443: connect: connection refused',
            'admission webhook "mutate.kyverno.svc-fail" does not answer (failed to call webhook: Post "https://kyverno-svc.kyverno.svc:443/mutate/fail?timeout=10s": dial tcp 10.96.8.1:443: connect: connection refused)',
        ],
        [
            'Internal error occurred: failed calling webhook "mrabbitmqcluster-v1beta1.kb.io": failed to call webhook: Post "https://cluster-operator-webhook-service.rabbitmq-system.svc:443/mutate-rabbitmq-com-v1beta1-rabbitmqcluster?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
            'admission webhook "mrabbitmqcluster-v1beta1.kb.io" has a certificate that the API server does not accept (tls: failed to verify certificate: x509: certificate signed by unknown authority)',
        ],
        [
            'Error creating: Internal error occurred: failed calling webhook "policy.example.com": failed to call webhook: Post "https://policy.example.svc:443/?timeout=10s": x509: certificate has expired or is not yet valid: current time 2026-11-30T10:00:00Z is after 2026-11-01T00:00:00Z',
            'admission webhook "policy.example.com" has a certificate that the API server does not accept (x509: certificate has expired or is not yet valid: current time 2026-11-30T10:00:00Z is after 2026-11-01T00:00:00Z)',
        ],
        [
            "Error creating: pods \"x\" is forbidden: ValidatingAdmissionPolicy 'digests' with binding 'digests-prod' denied request: images must have a digest",
            'ValidatingAdmissionPolicy "digests" refuses it by binding "digests-prod" (images must have a digest)',
        ],
        [
            'Error creating: pods "x" is forbidden: maximum memory usage per Container is 512Mi, but limit is 1Gi',
            "a LimitRange refuses it (maximum memory usage per Container is 512Mi, but limit is 1Gi)",
        ],
        [
            'Error creating: pods "x" is forbidden: unable to create new content in namespace spot-prod because it is being terminated',
            'namespace "spot-prod" is being deleted',
        ],
        [
            'Error creating: pods "x" is forbidden: error looking up service account spot-prod/gateway: serviceaccount "gateway" not found',
            'service account "gateway" does not exist',
        ],
        [
            'failed to create PVC persistence-rabbitmq-server-0: persistentvolumeclaims "persistence-rabbitmq-server-0" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can\'t set finalizers on: , <nil>',
            "the operator may not set finalizers on the owner of its objects",
        ],
        [
            'Error creating: pods "x" is forbidden: no PriorityClass with name high was found',
            'PriorityClass "high" does not exist',
        ],
        [
            'statefulsets.apps is forbidden: User "system:serviceaccount:rabbitmq-system:rabbitmq-cluster-operator" cannot create resource "statefulsets" in API group "apps" in the namespace "spot-prod"',
            '"system:serviceaccount:rabbitmq-system:rabbitmq-cluster-operator" has no right to create statefulsets',
        ],
    ])("is derived from %s", (message, problem) => {
        const found = refusalProblem(message);
        expect(found?.problem).toBe(problem);
        expect(found?.wayOut).not.toBe("");
    });

    it("is unknown for other messages", () => {
        expect(refusalProblem("Error creating: the server is on fire")).toBeUndefined();
    });
});
