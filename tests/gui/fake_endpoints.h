#pragma once

#include "app/core/console.h"

namespace signalbox {

/// Endpoints in memory: keeps what it was told, answers at once unless asked to hold its lists.
class FakeEndpoints final : public EndpointStore
{
public:
    void listEndpoints(QObject *, Reply<QList<EndpointHealth>> reply) override
    {
        if (holdsLists) {
            heldLists.append(reply);
            return;
        }
        EndpointHealth health;
        health.endpoint = present;
        reply(QList<EndpointHealth>{health});
    }
    void listAllEndpoints(QObject *, Reply<QList<EndpointHealth>>) override {}
    void addEndpoint(const EndpointChange &change, QObject *, Reply<QString> reply) override
    {
        save(change, reply);
    }
    void changeEndpoint(const EndpointChange &change, QObject *, Reply<QString> reply) override
    {
        save(change, reply);
    }
    void setEndpointEnabled(const QString &, bool, const QString &, QObject *, Reply<QString>) override {}
    void setBreaker(const QString &, BreakerAction, const QString &, QObject *, Reply<QString>) override {}
    void removeEndpoint(const QString &, const QString &, QObject *, Reply<QString>) override {}
    void restoreEndpoint(const QString &, const Secret &, const QString &, QObject *, Reply<QString>) override
    {
    }
    void rotateSecret(const QString &, const Secret &, qint64, const QString &, QObject *,
                      Reply<QString>) override
    {
    }
    void revealSecret(const QString &, QObject *, Reply<Secret> reply) override
    {
        ++reveals;
        reply(Secret(QStringLiteral("stored secret")));
    }
    void countFilterMatches(const QByteArray &eventFilter, QObject *, Reply<FilterMatchCount> reply) override
    {
        counted.append(eventFilter);
        reply(FilterMatchCount{312, 1'000});
    }

    Endpoint present;
    bool holdsLists = false;
    QList<Reply<QList<EndpointHealth>>> heldLists;
    QList<EndpointChange> saved;
    QList<QByteArray> counted;
    int reveals = 0;
    bool refuses = false;

private:
    void save(const EndpointChange &change, const Reply<QString> &reply)
    {
        saved.append(change);
        if (refuses)
            reply(fail(Error::Kind::Conflict, QStringLiteral("endpoint"),
                       QStringLiteral("there is one already")));
        else
            reply(change.id);
    }
};

} // namespace signalbox
