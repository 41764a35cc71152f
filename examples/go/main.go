package main

import (
	"example.com/pulumi-messaging/sdk/go/messaging"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Virtual hosts are plain data, with the same options as in TypeScript, Python and YAML.
type (
	object = map[string]any
	list   = []any
)

var shop = object{
	"vhost": "shop",
	"exchanges": list{
		object{"type": "topic", "name": "shop.events", "alternate": "shop.unrouted"},
		object{"type": "fanout", "name": "shop.unrouted"},
	},
	"queues": list{
		object{
			"purpose":  "work",
			"name":     "orders",
			"from":     "shop.events",
			"key":      "order.*",
			"deadline": "10 minutes",
			"retry":    object{"attempts": 3},
		},
		object{
			"purpose": "transient",
			"name":    "orders.live",
			"from":    "shop.events",
			"key":     "#",
			"ttl":     "30 seconds",
		},
		object{"purpose": "parking", "name": "shop.unrouted", "from": "shop.unrouted"},
	},
	"services": list{
		object{
			"name":      "web",
			"publishes": list{object{"message": "order", "to": "shop.events", "key": "order.placed"}},
		},
		object{"name": "warehouse", "consumes": list{object{"queue": "orders", "prefetch": 10}}},
		object{"name": "dashboard", "consumes": list{object{"queue": "orders.live"}}},
		object{"name": "operator", "inspects": list{"orders.dlq", "shop.unrouted"}, "redrives": true},
	},
}

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		topology, err := messaging.NewMessagingTopology(ctx, "shop", &messaging.MessagingTopologyArgs{
			BrokerVersion: "4.3",
			Vhosts:        list{shop},
		})
		if err != nil {
			return err
		}
		ctx.Export("passwords", topology.Passwords)
		return nil
	})
}
