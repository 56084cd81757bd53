#include "models/endpoint_filter_model.h"

#include "models/endpoint_model.h"

#include <algorithm>

namespace signalbox {

namespace {

/// The id that a word of the filter language names, or nothing.
QString namedId(const QString &word)
{
    for (const QString &field : {QStringLiteral("endpoint:"), QStringLiteral("id:")}) {
        if (word.startsWith(field, Qt::CaseInsensitive))
            return word.mid(field.size()).remove(QLatin1Char('"'));
    }
    return {};
}

} // namespace

EndpointFilterModel::EndpointFilterModel(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(EndpointModel::RawRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setDynamicSortFilter(true);
}

void EndpointFilterModel::setFilterText(const QString &text)
{
    m_words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool EndpointFilterModel::filterAcceptsRow(int sourceRow, const QModelIndex &) const
{
    const auto *endpoints = static_cast<const EndpointModel *>(sourceModel());
    const Endpoint &endpoint = endpoints->endpointAt(sourceRow).endpoint;
    QString state = endpoints->index(sourceRow, 0).data(EndpointModel::StateRole).toString();
    // Also where a tripped breaker is what the pill names.
    if (isFailing(endpoints->endpointAt(sourceRow).standing()))
        state += QStringLiteral("\nfailing");
    const QString text =
        QStringList{state, endpoint.id, endpoint.url, endpoint.description}.join(QLatin1Char('\n'));
    return std::all_of(m_words.cbegin(), m_words.cend(), [&](const QString &word) {
        const QString id = namedId(word);
        return id.isEmpty() ? text.contains(word, Qt::CaseInsensitive) : endpoint.id == id;
    });
}

} // namespace signalbox
