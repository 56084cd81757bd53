#include "app/demo/demo_stories.h"

#include <QDateTime>
#include <QRandomGenerator>

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

using Json = nlohmann::ordered_json;

struct Person
{
    const char *name;
    const char *city;
    const char *country;
};

// Names and places in many scripts: what a payload view and a receiver must survive.
constexpr Person people[] = {
    {"Zoë Müller", "Zürich", "CH"},         {"Łukasz Wójcik", "Kraków", "PL"},
    {"Ελένη Παππά", "Θεσσαλονίκη", "GR"},   {"Óscar Núñez", "Málaga", "ES"},
    {"Aïcha Benali", "Fès", "MA"},          {"Søren Åkesson", "Malmö", "SE"},
    {"Дарья Иванова", "Варна", "BG"},       {"Maria O'Brien", "Cork", "IE"},
    {"Þóra Jónsdóttir", "Reykjavík", "IS"}, {"Ayşe Yılmaz", "İzmir", "TR"},
    {"Chloé Dubois", "Nîmes", "FR"},        {"Jürgen Groß", "Köln", "DE"},
};

struct Article
{
    const char *sku;
    const char *title;
    int cents;
};

constexpr Article articles[] = {
    {"KB-104", "Keyboard, low profile", 8'990},
    {"MN-27", "Monitor 27\"", 24'990},
    {"CB-2", "Cable ☕ 2 m", 1'290},
    {"CH-9", "Chair \"Grand Confort\"", 189'900},
    {"LP-1", "Lamp", 4'550},
    {"DK-7", "Desk, 180 × 80 cm", 59'900},
};

int below(int bound)
{
    return QRandomGenerator::global()->bounded(bound);
}

QByteArray text(const Json &json)
{
    return QByteArray::fromStdString(json.dump());
}

std::string isoNow()
{
    return QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).toStdString();
}

Json orderLines(int &totalCents)
{
    Json lines = Json::array();
    const int count = 1 + below(5);
    for (int line = 0; line < count; ++line) {
        const Article &article = articles[below(int(std::size(articles)))];
        const int quantity = 1 + below(4);
        totalCents += quantity * article.cents;
        lines.push_back({{"sku", article.sku},
                         {"title", article.title},
                         {"quantity", quantity},
                         {"unit_price_cents", article.cents},
                         {"options", {{"gift", below(5) == 0}, {"note", nullptr}}}});
    }
    return lines;
}

} // namespace

Story::Story(qint64 number)
{
    const Person &person = people[below(int(std::size(people)))];
    const QString user = QStringLiteral("user-%1").arg(number % 400);
    const QString order = QStringLiteral("order-%1").arg(8'000 + number);
    const QString invoice = QStringLiteral("invoice-%1").arg(8'000 + number);
    const char *tier = below(4) == 0 ? "gold" : "standard";
    // Beyond 2^53: a program that reads numbers as doubles would change it.
    const quint64 ledgerNumber = 12'345'678'901'230'000'000ULL + quint64(number);
    int totalCents = 0;
    const Json customer = {{"id", user.toStdString()}, {"name", person.name}, {"tier", tier}};
    const Json lines = orderLines(totalCents);

    if (below(3) == 0) {
        m_events.append({user,
                         QStringLiteral("user.registered.v1"),
                         text({{"id", user.toStdString()},
                               {"name", person.name},
                               {"address", {{"city", person.city}, {"country", person.country}}},
                               {"consents", {"terms", "newsletter"}},
                               {"registered_at", isoNow()}}),
                         {}});
    } else {
        m_events.append({user, QStringLiteral("user.updated.v2"),
                         text({{"id", user.toStdString()},
                               {"changes", {{"city", {{"from", nullptr}, {"to", person.city}}}}},
                               {"at", isoNow()}}),
                         below(6) == 0 ? text({{"name", person.name}, {"city", person.city}, {"tier", tier}})
                                       : QByteArray()});
    }
    m_events.append({order,
                     QStringLiteral("order.placed.v1"),
                     text({{"order", order.toStdString()},
                           {"customer", customer},
                           {"lines", lines},
                           {"total_cents", totalCents},
                           {"ledger_number", ledgerNumber}}),
                     {}});
    m_events.append({order,
                     QStringLiteral("order.paid.v1"),
                     text({{"order", order.toStdString()},
                           {"customer", customer},
                           {"total", double(totalCents) / 100},
                           {"currency", "EUR"},
                           {"ledger_number", ledgerNumber}}),
                     {}});
    m_events.append({invoice,
                     QStringLiteral("invoice.issued.v1"),
                     text({{"invoice", invoice.toStdString()},
                           {"order", order.toStdString()},
                           {"lines", lines},
                           {"tax", {{"rate", 0.19}, {"cents", totalCents * 19 / 119}}}}),
                     {}});
    if (below(8) == 0) {
        m_events.append(
            {invoice,
             QStringLiteral("refund.issued.v1"),
             text({{"invoice", invoice.toStdString()}, {"cents", totalCents}, {"reason", "damaged ✈"}}),
             {}});
    } else {
        m_events.append(
            {order, QStringLiteral("order.shipped.v1"),
             text({{"order", order.toStdString()},
                   {"customer", customer},
                   {"parcels", {{{"carrier", "DHL"}, {"tracking", "JD0146000" + std::to_string(number)}}}},
                   {"to", {{"city", person.city}, {"country", person.country}}}}),
             text({{"state", "shipped"}, {"total_cents", totalCents}})});
    }
}

} // namespace signalbox
