#include "app/core/http_header.h"

#include "app/core/credentials.h"

#include <nlohmann/json.hpp>

#include <QSet>
#include <QStringList>

#include <algorithm>

namespace signalbox {

namespace {

using nlohmann::ordered_json;

constexpr qsizetype mostValueBytes = 4096;

tl::unexpected<Error> refused(const QString &why, const QString &hint = {})
{
    return fail(Error::Kind::Refused, QStringLiteral("header"), why, hint);
}

// A token of HTTP: letters, digits and a few signs.
bool isToken(const QString &text)
{
    const auto isTokenCharacter = [](QChar character) {
        static const QString signs_ = QStringLiteral("!#$%&'*+-.^_`|~");
        const char16_t code = character.unicode();
        return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z') ||
               signs_.contains(character);
    };
    return !text.isEmpty() && std::all_of(text.cbegin(), text.cend(), isTokenCharacter);
}

// Headers that frame the request or that delivery writes itself (design §4, "Custom headers").
bool isOwnedByDelivery(const QString &name)
{
    static const QSet<QString> owned{
        "host",    "content-length", "content-type", "transfer-encoding", "connection", "te",
        "trailer", "upgrade",        "expect",       "user-agent"};
    return owned.contains(name.toLower()) || name.startsWith(QLatin1String("webhook-"), Qt::CaseInsensitive);
}

} // namespace

Done validateCustomHeader(const HttpHeader &header)
{
    if (!isToken(header.name))
        return refused(QStringLiteral("its name may hold letters, digits and !#$%&'*+-.^_`|~ only"));
    if (header.name.size() > 255)
        return refused(QStringLiteral("its name is longer than 255 characters"));
    if (isOwnedByDelivery(header.name))
        return refused(QStringLiteral("%1 is written by the delivery itself").arg(header.name));
    if (header.value.toUtf8().size() > mostValueBytes)
        return refused(QStringLiteral("the value of %1 is longer than 4096 bytes").arg(header.name));
    for (const QChar character : header.value) {
        const bool isControl =
            (character.unicode() < 0x20 && character != '\t') || character.unicode() == 0x7f;
        if (isControl)
            return refused(
                QStringLiteral("the value of %1 holds a line break or control character").arg(header.name));
    }
    return {};
}

Done validateCustomHeaders(const QList<HttpHeader> &headers)
{
    QSet<QString> seen;
    for (const HttpHeader &header : headers) {
        if (Done done = validateCustomHeader(header); !done)
            return done;
        if (seen.contains(header.name.toLower()))
            return refused(QStringLiteral("%1 is given twice").arg(header.name));
        seen.insert(header.name.toLower());
    }
    return {};
}

Result<HttpHeader> parseCustomHeader(const QString &line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon < 0)
        return refused(QStringLiteral("a colon is missing"), QStringLiteral("write 'Name: value'"));
    QString value = line.mid(colon + 1);
    // Only blanks around the value are trimmed: a line break there must be refused, not lost.
    while (value.startsWith(' ') || value.startsWith('\t'))
        value.remove(0, 1);
    while (value.endsWith(' ') || value.endsWith('\t'))
        value.chop(1);
    HttpHeader header{line.left(colon), value};
    if (Done done = validateCustomHeader(header); !done)
        return fail(done.error());
    return header;
}

Result<QList<HttpHeader>> headersFromJson(const QByteArray &json)
{
    const QByteArray trimmed = json.trimmed();
    if (trimmed.isEmpty() || trimmed == "null")
        return QList<HttpHeader>();
    const ordered_json object = ordered_json::parse(trimmed.begin(), trimmed.end(), nullptr, false);
    if (!object.is_object())
        return refused(QStringLiteral("custom headers are not a JSON object"));
    QList<HttpHeader> headers;
    for (const auto &[name, value] : object.items()) {
        if (!value.is_string())
            return refused(
                QStringLiteral("the value of %1 is not a string").arg(QString::fromStdString(name)));
        headers << HttpHeader{QString::fromStdString(name), QString::fromStdString(value.get<std::string>())};
    }
    return headers;
}

QByteArray headersToJson(const QList<HttpHeader> &headers)
{
    ordered_json object = ordered_json::object();
    for (const HttpHeader &header : headers)
        object[header.name.toStdString()] = header.value.toStdString();
    return QByteArray::fromStdString(object.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

HttpHeader maskedHeader(const HttpHeader &header)
{
    return {header.name, looksLikeCredential(header.name) ? QLatin1String(maskedValue) : header.value};
}

QByteArray maskedHeadersJson(const QByteArray &json)
{
    auto headers = headersFromJson(json);
    if (!headers)
        return QByteArray("\"") + maskedValue + '"';
    for (HttpHeader &header : *headers)
        header = maskedHeader(header);
    return headersToJson(*headers);
}

} // namespace signalbox
