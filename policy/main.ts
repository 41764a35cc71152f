import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.js";

new PolicyPack("spot-messaging", { policies: [...policies] });
