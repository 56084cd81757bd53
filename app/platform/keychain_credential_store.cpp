#include "app/platform/keychain_credential_store.h"

#include <qt6keychain/keychain.h>

namespace signalbox {

namespace {

const QString service = QStringLiteral("signalbox");

tl::unexpected<Error> keychainError(const QString &what, const QKeychain::Job &job)
{
    switch (job.error()) {
    case QKeychain::EntryNotFound:
        return fail(Error::Kind::NotFound, what,
                    QStringLiteral("the keychain holds no password for this connection"));
    case QKeychain::AccessDeniedByUser:
    case QKeychain::AccessDenied:
        return fail(Error::Kind::Refused, what, QStringLiteral("access to the keychain was denied"));
    default:
        return fail(Error::Kind::Unavailable, what,
                    job.errorString().isEmpty() ? QStringLiteral("there is no system keychain")
                                                : job.errorString(),
                    QStringLiteral("the password is asked for and not stored"));
    }
}

void startJob(QKeychain::Job *job, const QString &profile)
{
    job->setInsecureFallback(false);
    job->setKey(profile);
    job->start();
}

/// Starts a job whose only outcome is whether it succeeded. The connection dies with the context, the job
/// with itself.
void startAndReport(QKeychain::Job *job, const QString &profile, const QString &what, QObject *context,
                    Reply<bool> reply)
{
    QObject::connect(job, &QKeychain::Job::finished, context, [what, reply](QKeychain::Job *finished) {
        if (finished->error() == QKeychain::NoError)
            reply(true);
        else
            reply(keychainError(what, *finished));
    });
    startJob(job, profile);
}

} // namespace

void KeychainCredentialStore::readPassword(const QString &profile, QObject *context, Reply<Secret> reply)
{
    auto *job = new QKeychain::ReadPasswordJob(service);
    QObject::connect(job, &QKeychain::Job::finished, context, [job, reply](QKeychain::Job *finished) {
        if (finished->error() == QKeychain::NoError)
            reply(Secret(job->textData()));
        else
            reply(keychainError(QStringLiteral("read password"), *finished));
    });
    startJob(job, profile);
}

void KeychainCredentialStore::writePassword(const QString &profile, const Secret &password, QObject *context,
                                            Reply<bool> reply)
{
    auto *job = new QKeychain::WritePasswordJob(service);
    job->setTextData(password.reveal());
    startAndReport(job, profile, QStringLiteral("store password"), context, std::move(reply));
}

void KeychainCredentialStore::removePassword(const QString &profile, QObject *context, Reply<bool> reply)
{
    startAndReport(new QKeychain::DeletePasswordJob(service), profile, QStringLiteral("remove password"),
                   context, std::move(reply));
}

} // namespace signalbox
