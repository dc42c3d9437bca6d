"""Words no site may be named: what the platform needs itself, and names of others' brands."""

RESERVED = frozenset(
    {
        *("admin", "administrator", "root", "system", "sys", "owner", "operator", "staff"),
        *("console", "hooks", "hook", "media", "static", "assets", "cdn", "img", "images"),
        *("files", "www", "web", "site", "sites", "home", "index", "app", "apps", "api"),
        *("m", "wap", "mobile", "mail", "email", "smtp", "pop", "imap", "mx", "ftp", "ssh"),
        *("vpn", "ns", "ns1", "ns2", "dns", "login", "signin", "signup", "register"),
        *("account", "accounts", "auth", "sso", "oauth", "pay", "payment", "payments"),
        *("cashier", "checkout", "bank", "wallet", "finance", "money", "open", "order"),
        *("orders", "query", "cart", "shop", "store", "mall", "master", "main", "help"),
        *("support", "service", "kefu", "status", "docs", "blog", "news", "about", "legal"),
        *("security", "abuse", "postmaster", "webmaster", "hostmaster", "noreply", "info"),
        *("official", "test", "testing", "demo", "dev", "staging", "prod", "local"),
        *("localhost", "internal", "beta", "alpha", "public", "private", "backup"),
        *("monitor", "metrics", "kameng", "platform", "domain", "domains", "tls", "tenant"),
        *("tenants", "cell", "cells", "billing", "invoice", "refund", "refunds", "agent"),
        *("agents", "supplier", "suppliers", "proxy", "gateway"),
    }
)
"""Refused as a whole name."""

BRANDS = frozenset(
    {
        *("alipay", "zhifubao", "wechat", "weixin", "tenpay", "unionpay", "yinlian"),
        *("stripe", "paypal", "visa", "mastercard", "taobao", "tmall", "jingdong"),
        *("pinduoduo", "xianyu", "meituan", "eleme", "douyin", "tiktok", "kuaishou"),
        *("weibo", "xiaohongshu", "bilibili", "iqiyi", "youku", "mango", "tencent"),
        *("netease", "baidu", "huawei", "xiaomi", "apple", "icloud", "google", "youtube"),
        *("microsoft", "xbox", "steam", "nintendo", "playstation", "netflix", "spotify"),
        *("disney", "amazon", "facebook", "instagram", "twitter", "openai", "chatgpt"),
        *("telegram", "whatsapp", "ximalaya", "kugou", "kuwo", "didi", "ctrip", "12306"),
    }
)
"""Refused as a whole name and as one of several words (alipay-shop)."""
