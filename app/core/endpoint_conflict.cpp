#include "app/core/endpoint_conflict.h"

#include <array>

namespace signalbox {

namespace {

struct FieldRules
{
    EndpointField field;
    bool (*isSet)(const EndpointChange &change);
    bool (*areEqual)(const Endpoint &left, const Endpoint &right);
    void (*take)(Endpoint &endpoint, const EndpointChange &change);
    void (*leaveOut)(EndpointChange &change);
};

// In a change, 0 stands for no limit at all.
template <typename Value> void assign(std::optional<Value> &to, const Value &from)
{
    to = from == Value() ? std::nullopt : std::optional<Value>(from);
}

template <typename Value> void assign(Value &to, const Value &from)
{
    to = from;
}

template <auto inChange, auto inEndpoint> constexpr FieldRules rulesOf(EndpointField field)
{
    return {field, [](const EndpointChange &change) { return (change.*inChange).has_value(); },
            [](const Endpoint &left, const Endpoint &right) { return left.*inEndpoint == right.*inEndpoint; },
            [](Endpoint &endpoint, const EndpointChange &change) {
                assign(endpoint.*inEndpoint, *(change.*inChange));
            },
            [](EndpointChange &change) { (change.*inChange).reset(); }};
}

constexpr std::array everyField{
    rulesOf<&EndpointChange::url, &Endpoint::url>(EndpointField::Url),
    rulesOf<&EndpointChange::description, &Endpoint::description>(EndpointField::Description),
    rulesOf<&EndpointChange::eventFilter, &Endpoint::eventFilter>(EndpointField::EventFilter),
    rulesOf<&EndpointChange::customHeaders, &Endpoint::customHeaders>(EndpointField::CustomHeaders),
    rulesOf<&EndpointChange::timeoutMs, &Endpoint::timeoutMs>(EndpointField::Timeout),
    rulesOf<&EndpointChange::maxRetries, &Endpoint::maxRetries>(EndpointField::Retries),
    rulesOf<&EndpointChange::retryScheduleSeconds, &Endpoint::retryScheduleSeconds>(
        EndpointField::RetrySchedule),
    rulesOf<&EndpointChange::allowPrivateNetwork, &Endpoint::allowPrivateNetwork>(
        EndpointField::PrivateNetwork),
    rulesOf<&EndpointChange::maxInFlight, &Endpoint::maxInFlight>(EndpointField::RequestsAtOnce),
    rulesOf<&EndpointChange::rateLimit, &Endpoint::rateLimit>(EndpointField::RateLimit),
    rulesOf<&EndpointChange::rateBurst, &Endpoint::rateBurst>(EndpointField::Burst),
    rulesOf<&EndpointChange::ordered, &Endpoint::ordered>(EndpointField::Ordered),
    rulesOf<&EndpointChange::discardWhileDisabled, &Endpoint::discardWhileDisabled>(
        EndpointField::DiscardWhileDisabled),
    rulesOf<&EndpointChange::signatureScheme, &Endpoint::signatureScheme>(EndpointField::SignatureScheme),
    rulesOf<&EndpointChange::signatureHeader, &Endpoint::signatureHeader>(EndpointField::SignatureHeader),
    rulesOf<&EndpointChange::caCertificates, &Endpoint::caCertificates>(EndpointField::CaCertificates),
    rulesOf<&EndpointChange::clientCertificate, &Endpoint::clientCertificate>(
        EndpointField::ClientCertificate),
};

} // namespace

QList<EndpointField> conflictsOf(const EndpointChange &change, const Endpoint &stored)
{
    QList<EndpointField> fields;
    if (!change.basedOn)
        return fields;
    const Endpoint wanted = withChange(stored, change);
    for (const FieldRules &rules : everyField) {
        if (rules.isSet(change) && !rules.areEqual(*change.basedOn, stored) &&
            !rules.areEqual(wanted, stored))
            fields.append(rules.field);
    }
    return fields;
}

void leaveOut(EndpointChange &change, EndpointField field)
{
    for (const FieldRules &rules : everyField) {
        if (rules.field == field)
            rules.leaveOut(change);
    }
}

Endpoint withChange(Endpoint endpoint, const EndpointChange &change)
{
    for (const FieldRules &rules : everyField) {
        if (rules.isSet(change))
            rules.take(endpoint, change);
    }
    return endpoint;
}

} // namespace signalbox
