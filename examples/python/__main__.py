import pulumi
import pulumi_messaging as messaging
import pulumi_rabbitmq as rabbitmq

config = pulumi.Config()
broker = rabbitmq.Provider(
    "broker",
    endpoint=config.require("endpoint"),
    username=config.require("username"),
    password=config.require_secret("password"),
)

shop = messaging.MessagingTopology(
    "shop",
    broker_version="4.3",
    vhosts=[
        {
            "vhost": "shop",
            "exchanges": [
                {"type": "topic", "name": "shop.events", "alternate": "shop.unrouted"},
                {"type": "fanout", "name": "shop.unrouted"},
            ],
            "queues": [
                {
                    "purpose": "work",
                    "name": "orders",
                    "from": "shop.events",
                    "key": "order.*",
                    "deadline": "10 minutes",
                    "retry": {"attempts": 3},
                },
                {
                    "purpose": "transient",
                    "name": "orders.live",
                    "from": "shop.events",
                    "key": "#",
                    "ttl": "30 seconds",
                },
                {"purpose": "parking", "name": "shop.unrouted", "from": "shop.unrouted"},
            ],
            "services": [
                {
                    "name": "web",
                    "publishes": [
                        {"message": "order", "to": "shop.events", "key": "order.placed"}
                    ],
                },
                {"name": "warehouse", "consumes": [{"queue": "orders", "prefetch": 10}]},
                {"name": "dashboard", "consumes": [{"queue": "orders.live"}]},
                {
                    "name": "operator",
                    "inspects": ["orders.dlq", "shop.unrouted"],
                    "redrives": True,
                },
            ],
        }
    ],
    opts=pulumi.ResourceOptions(providers=[broker]),
)

pulumi.export("passwords", shop.passwords)
