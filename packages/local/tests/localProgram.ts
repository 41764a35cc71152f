import * as pulumi from "@pulumi/pulumi";

/** A resource that exists in these tests only. */
export class Thing extends pulumi.CustomResource {
    declare readonly made: pulumi.Output<string>;
    declare readonly secretMade: pulumi.Output<string>;

    constructor(
        name: string,
        inputs: pulumi.Inputs = {},
        options?: pulumi.CustomResourceOptions,
        type = "test:index:Thing",
    ) {
        super(type, name, { ...inputs, made: undefined, secretMade: undefined }, options);
    }
}

export class Group extends pulumi.ComponentResource {
    constructor(name: string, options?: pulumi.ComponentResourceOptions) {
        super("test:index:Group", name, {}, options);
        this.registerOutputs();
    }
}
