#include "app/cli/tls_files.h"

#include "app/delivery/prepared_requests.h"

#include <QFile>

namespace signalbox {

namespace {

// A file that is no PEM, a device for instance, must not fill memory.
constexpr qint64 mostBytes = 1024 * 1024;

Result<QByteArray> readFile(const QString &name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return fail(QStringLiteral("read ") + name, file.errorString());
    const QByteArray content = file.read(mostBytes);
    if (content.isEmpty())
        return fail(Error::Kind::Refused, QStringLiteral("read ") + name, QStringLiteral("it is empty"));
    return content;
}

// None: the option is not given. Empty: its --no- form is.
Result<std::optional<QByteArray>> chosenFile(const CommandLine &line, const QString &option,
                                             const QString &noOption)
{
    const bool none = line.has(noOption);
    if (none && line.has(option))
        return fail(Error::Kind::Usage, QStringLiteral("endpoint"),
                    QStringLiteral("--%1 and --%2 exclude each other").arg(option, noOption));
    if (none)
        return std::optional(QByteArray());
    if (!line.has(option))
        return std::nullopt;
    auto content = readFile(line.value(option));
    if (!content)
        return fail(content.error());
    return std::optional(*content);
}

} // namespace

QList<Option> tlsFileOptions()
{
    return {{"ca-certificates", "FILE", "PEM; trusted beside the system's, for this endpoint only"},
            {"no-ca-certificates", {}, "the system's certificates only"},
            {"client-certificate", "FILE", "PEM; shown to the receiver, its chain behind it"},
            {"client-key", "FILE", "PEM, not encrypted; stored as a secret"},
            {"no-client-certificate", {}, "neither client certificate nor key"}};
}

Done readTlsFiles(const CommandLine &line, EndpointChange &change)
{
    const QString none = QStringLiteral("no-client-certificate");
    const auto authorities =
        chosenFile(line, QStringLiteral("ca-certificates"), QStringLiteral("no-ca-certificates"));
    if (!authorities)
        return fail(authorities.error());
    const auto certificate = chosenFile(line, QStringLiteral("client-certificate"), none);
    if (!certificate)
        return fail(certificate.error());
    const auto key = chosenFile(line, QStringLiteral("client-key"), none);
    if (!key)
        return fail(key.error());
    change.caCertificates = *authorities;
    change.clientCertificate = *certificate;
    if (*key)
        change.clientKey = Secret(QString::fromUtf8(**key));
    // What is given alone is judged with what is stored, by its form; what is whole is judged by TLS itself.
    TlsMaterial material{change.caCertificates.value_or(QByteArray()), {}, {}};
    if (change.clientCertificate && change.clientKey) {
        material.clientCertificate = *change.clientCertificate;
        material.clientKey = *change.clientKey;
    }
    if (const Done usable = checkTlsMaterial(material); !usable)
        return fail(usable.error());
    return {};
}

} // namespace signalbox
