import { argumentInputs, brokerArguments, hasOneForm, twoForms } from "@spot-messaging/topology/provider";
import { z } from "zod";
import { localHandler } from "../handler.ts";
import { bindingEnd, brokerName } from "./brokerName.ts";

export const binding = localHandler({
    type: "rabbitmq:index/binding:Binding",
    noun: "binding",
    concurrency: 4,
    inputs: z
        .strictObject({
            vhost: brokerName,
            source: bindingEnd,
            destination: bindingEnd,
            destinationType: z.enum(["queue", "exchange"]),
            routingKey: z.string().default(""),
            ...argumentInputs,
        })
        .refine(hasOneForm, twoForms),
    create: async (inputs, registration, context) => {
        const { vhost, source, destination, destinationType, routingKey } = inputs;
        const api = await context.brokers.api(registration, context);
        const propertiesKey = await api.declareBinding(vhost, {
            source,
            destination,
            destinationType,
            routingKey,
            arguments: brokerArguments(inputs),
        });
        const place = vhost.replaceAll("%", "%25").replaceAll("/", "%2F");
        return {
            id: `${place}/${source}/${destination}/${destinationType}/${propertiesKey}`,
            state: { propertiesKey },
        };
    },
});
