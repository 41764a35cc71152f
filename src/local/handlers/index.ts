import type { LocalHandler } from "../handler.js";
import { binding } from "./binding.js";
import { container } from "./container.js";
import { dockerProvider } from "./dockerProvider.js";
import { exchange } from "./exchange.js";
import { network } from "./network.js";
import { permissions } from "./permissions.js";
import { operatorPolicy, policy } from "./policy.js";
import { queue } from "./queue.js";
import { rabbitmqProvider } from "./rabbitmqProvider.js";
import { randomId } from "./randomId.js";
import { randomPassword } from "./randomPassword.js";
import { randomString } from "./randomString.js";
import { remoteImage } from "./remoteImage.js";
import { topicPermissions } from "./topicPermissions.js";
import { user } from "./user.js";
import { vhost } from "./vhost.js";
import { volume } from "./volume.js";

/** Everything that a local run can create. A type that is not here is refused before anything is created. */
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
