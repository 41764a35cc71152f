import * as pulumi from "@pulumi/pulumi";
import * as rabbitmq from "@pulumi/rabbitmq";
import { MessagingTopology } from "@spot-messaging/pulumi";
import { topology } from "./topology.ts";

const config = new pulumi.Config();
const provider = new rabbitmq.Provider("broker", {
    endpoint: config.require("endpoint"),
    username: config.require("username"),
    password: config.requireSecret("password"),
});

const shop = new MessagingTopology("shop", { topology }, { provider });

export const passwords = pulumi.secret(Object.fromEntries(shop.passwords));
