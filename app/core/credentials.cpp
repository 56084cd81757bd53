#include "app/core/credentials.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <array>
#include <utility>

namespace signalbox {

namespace {

// Parts of a name that speak of a credential.
const QStringList &credentialWords()
{
    static const QStringList words{QStringLiteral("auth"),      QStringLiteral("token"),
                                   QStringLiteral("key"),       QStringLiteral("secret"),
                                   QStringLiteral("cookie"),    QStringLiteral("passw"),
                                   QStringLiteral("signature"), QStringLiteral("credential"),
                                   QStringLiteral("bearer"),    QStringLiteral("jwt")};
    return words;
}

// Beginnings of secrets of Standard Webhooks: shared, and of a signing key. The public whpk_ is none.
const QStringList &secretPrefixes()
{
    static const QStringList prefixes{QStringLiteral("whsec_"), QStringLiteral("whsk_")};
    return prefixes;
}

// Whether a name in a text is followed by a credential. Plain words that errors use before a colon of their
// own, as "key:" or "signature:", are not enough.
bool announcesCredential(const QString &name)
{
    static const QStringList alone{QStringLiteral("authorization"), QStringLiteral("cookie"),
                                   QStringLiteral("password"),      QStringLiteral("passwd"),
                                   QStringLiteral("secret"),        QStringLiteral("token"),
                                   QStringLiteral("bearer"),        QStringLiteral("jwt")};
    const bool hasParts = name.contains('-') || name.contains('_');
    return hasParts ? looksLikeCredential(name) : alone.contains(name, Qt::CaseInsensitive);
}

// name=value, name: value, "name": "value"
void blankNamedValues(QString &line)
{
    static const QRegularExpression named(
        QStringLiteral(
            "(?<![\\w-])([\\w-]{1,64}+)(\"?\\s*[=:]\\s*(?:basic |bearer )?)('[^']*'|\"[^\"]*\"|[^\\s\"]+)"),
        QRegularExpression::CaseInsensitiveOption);
    for (qsizetype from = 0;;) {
        const QRegularExpressionMatch match = named.match(line, from);
        if (!match.hasMatch())
            return;
        // The last part of a path ends a sentence's beginning: "open user@host/better_auth: missing ...".
        const bool endsPath = match.capturedStart(1) > 0 && line.at(match.capturedStart(1) - 1) == '/' &&
                              match.capturedView(2).trimmed().startsWith(':');
        if (!endsPath && announcesCredential(match.captured(1))) {
            line.replace(match.capturedStart(3), match.capturedLength(3), QLatin1String(maskedValue));
            from = match.capturedStart(3) + qsizetype(qstrlen(maskedValue));
        } else {
            from = match.capturedEnd(2); // the value may be a name itself
        }
    }
}

} // namespace

bool looksLikeCredential(const QString &name)
{
    const QStringList &words = credentialWords();
    return std::any_of(words.cbegin(), words.cend(),
                       [&name](const QString &word) { return name.contains(word, Qt::CaseInsensitive); });
}

QString withoutSecrets(const QString &text)
{
    // Secret has no streaming operator; this catches what libraries say, e.g. a connection string in an
    // error.
    static const std::array<std::pair<QRegularExpression, QString>, 4> blanks{{
        {QRegularExpression(QStringLiteral("\\s*[\\r\\n]+\\s*")), QStringLiteral(" ")},
        {QRegularExpression(QStringLiteral("(://[^\\s:/@]*:)[^\\s@]*@")), QStringLiteral("\\1***@")},
        {QRegularExpression(QStringLiteral("\\b(%1)[A-Za-z0-9+/=_-]+").arg(secretPrefixes().join('|'))),
         QStringLiteral("\\1***")},
        // Receivers take tokens in their URLs.
        {QRegularExpression(QStringLiteral("(https?://[^\\s?\"]*\\?)[^\\s\"]+")), QStringLiteral("\\1***")},
    }};
    QString line = text.trimmed();
    for (const auto &[pattern, replacement] : blanks)
        line.replace(pattern, replacement);
    blankNamedValues(line);
    return line;
}

} // namespace signalbox
