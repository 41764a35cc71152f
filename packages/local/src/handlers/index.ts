import type { LocalHandler } from "../handler.ts";
import { binding } from "./binding.ts";
import { container } from "./container.ts";
import { dockerProvider } from "./dockerProvider.ts";
import { exchange } from "./exchange.ts";
import { network } from "./network.ts";
import { permissions } from "./permissions.ts";
import { operatorPolicy, policy } from "./policy.ts";
import { queue } from "./queue.ts";
import { rabbitmqProvider } from "./rabbitmqProvider.ts";
import { randomId } from "./randomId.ts";
import { randomPassword } from "./randomPassword.ts";
import { randomString } from "./randomString.ts";
import { remoteImage } from "./remoteImage.ts";
import { topicPermissions } from "./topicPermissions.ts";
import { user } from "./user.ts";
import { vhost } from "./vhost.ts";
import { volume } from "./volume.ts";

/** All types that a local run can create. A resource of another type is refused before anything is created. */
export const localHandlers: readonly LocalHandler[] = [
    binding,
    container,
    dockerProvider,
    exchange,
    network,
    operatorPolicy,
    permissions,
    policy,
    queue,
    rabbitmqProvider,
    randomId,
    randomPassword,
    randomString,
    remoteImage,
    topicPermissions,
    user,
    vhost,
    volume,
];
