#include "app/demo/demo_endpoints.h"

#include "app/core/signature.h"
#include "app/database/endpoint_queries.h"
#include "app/database/pg_connection.h"

#include <QSet>

namespace signalbox {

namespace {

DemoEndpoint endpoint(const QString &baseUrl, const char *name, Behaviour behaviour, const char *description,
                      const char *eventFilter, int timeoutMs = 5'000)
{
    DemoEndpoint result;
    result.behaviour = behaviour;
    result.settings.id = QStringLiteral("ep_") + QLatin1String(name);
    result.settings.url = baseUrl + '/' + behaviourPath(behaviour) + '/' + QLatin1String(name);
    result.settings.description = QLatin1String(description);
    result.settings.eventFilter = QByteArray(eventFilter);
    result.settings.timeoutMs = timeoutMs;
    result.settings.maxRetries = 3;
    result.settings.allowPrivateNetwork = true;
    // Short, so that every state of a job can be seen within minutes.
    result.settings.retryScheduleSeconds = QList<int>{3, 8, 20};
    return result;
}

} // namespace

QList<DemoEndpoint> demoEndpoints(const QString &baseUrl)
{
    using enum Behaviour;
    QList<DemoEndpoint> all{
        endpoint(baseUrl, "analytics", Healthy, "Product analytics, takes everything", ""),
        endpoint(baseUrl, "billing_eu", Healthy, "Billing, European entity",
                 R"(["invoice.*", "order.paid.v1"])"),
        endpoint(baseUrl, "shop_42", Healthy, "Shop 42, order updates", R"(["order.*"])"),
        endpoint(baseUrl, "search_index", Healthy, "Search index", R"(["user.*", "order.placed.v1"])"),
        endpoint(baseUrl, "vip_desk", Healthy, "VIP desk: only gold customers",
                 R"({"types": ["order.*"], "payload": {"customer": {"tier": "gold"}}})"),
        endpoint(baseUrl, "warehouse", Slow, "Warehouse, answers after a second or two",
                 R"(["order.paid.v1", "order.shipped.v1"])"),
        endpoint(baseUrl, "crm_sync", Flaky, "CRM, every third request fails",
                 R"(["user.*", "order.placed.v1"])"),
        endpoint(baseUrl, "legacy_erp", Failing, "ERP, read-only since the migration",
                 R"(["invoice.issued.v1"])"),
        endpoint(baseUrl, "partner_api", Silent, "Partner, takes requests and never answers",
                 R"(["order.shipped.v1"])", 2'000),
        endpoint(baseUrl, "edge_cache", Dropping, "Edge cache, drops half of its connections",
                 R"(["order.placed.v1"])"),
        endpoint(baseUrl, "old_shop", Gone, "Shop that was closed: answers 410", R"(["order.placed.v1"])"),
        endpoint(baseUrl, "moved_app", Redirecting, "App that moved: answers 301",
                 R"(["user.registered.v1"])"),
        endpoint(baseUrl, "mailer", Limiting, "Mailer with a rate limit, sends Retry-After",
                 R"(["user.*", "invoice.*"])"),
        endpoint(baseUrl, "audit", Healthy, "Audit trail, paused by an operator",
                 R"(["user.registered.v1"])"),
    };
    all.last().startsDisabled = true;
    return all;
}

Result<bool> ensureDemoEndpoints(PgConnection &connection, const QString &baseUrl)
{
    const auto stored = connection.query(QStringLiteral("SELECT id FROM webhook_endpoints"), {},
                                         QStringLiteral("read sample endpoints"));
    if (!stored)
        return fail(stored.error());
    QSet<QString> known;
    for (const QSqlRecord &row : *stored)
        known.insert(row.value(0).toString());

    bool first = true;
    for (const DemoEndpoint &sample : demoEndpoints(baseUrl)) {
        const bool exists = known.contains(sample.settings.id);
        first = first && !exists;
        EndpointChange change;
        if (exists) {
            change.id = sample.settings.id;
            change.url = sample.settings.url;
        } else {
            change = sample.settings;
            change.secret = generateSecret();
        }
        const auto saved = exists ? changeEndpoint(connection, change) : addEndpoint(connection, change);
        // One that an operator removed stays removed.
        if (!saved && saved.error().kind != Error::Kind::NotFound)
            return fail(saved.error());
        if (!exists && sample.startsDisabled) {
            if (const auto disabled = setEndpointEnabled(connection, change.id, false); !disabled)
                return fail(disabled.error());
        }
    }
    return first;
}

} // namespace signalbox
