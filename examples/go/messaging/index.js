import "@spot-messaging/pulumi/plugin";
