#pragma once

#include "app/core/page_source.h"

#include <QPointer>
#include <QSqlField>

#include <algorithm>

namespace signalbox {

/// A row as the database would send it: key, cursor, then columns.
inline QSqlRecord scriptedRow(const QString &key, const QString &cursor,
                              const QString &status = QStringLiteral("pending"))
{
    QSqlRecord record;
    const auto add = [&record](const QString &name, const QVariant &value) {
        QSqlField field(name, value.metaType());
        field.setValue(value);
        record.append(field);
    };
    add(QStringLiteral("key"), key);
    add(QStringLiteral("cursor"), cursor);
    add(QStringLiteral("id"), key);
    add(QStringLiteral("status"), status);
    add(QStringLiteral("attempts"), 1);
    add(QStringLiteral("max_attempts"), 4);
    add(QStringLiteral("created_at"), QDateTime(QDate(2026, 1, 1), QTime(12, 0), Qt::UTC));
    return record;
}

/// A table in memory whose answers come when the test says so, in the order it says. Rows are ordered by
/// (cursor, key).
class ScriptedPageSource final : public PageSource
{
public:
    QList<QSqlRecord> table; ///< any order
    Sort lastSort;

    struct Pending
    {
        PageRequest request;
        QPointer<QObject> context;
        Reply<Page> reply;
    };
    struct PendingCount
    {
        CountRequest request;
        QPointer<QObject> context;
        Reply<RowCount> reply;
    };
    QList<Pending> pages;
    QList<PendingCount> counts;

    void fetchPage(const PageRequest &request, QObject *context, Reply<Page> reply) override
    {
        pages.append({request, context, std::move(reply)});
    }

    void countRows(const CountRequest &request, QObject *context, Reply<RowCount> reply) override
    {
        counts.append({request, context, std::move(reply)});
    }

    /// Answers everything, also what the answers ask for.
    void answerAll()
    {
        while (!pages.isEmpty() || !counts.isEmpty()) {
            if (!pages.isEmpty())
                answer(0);
            else
                answerCount();
        }
    }

    void answer(qsizetype which)
    {
        const Pending pending = pages.takeAt(which);
        if (pending.context)
            pending.reply(select(pending.request));
    }

    /// Tells how far a search is that takes long.
    void tellProgress(qsizetype which, const SearchProgress &progress)
    {
        const Pending &pending = pages.at(which);
        if (pending.context && pending.request.watch.progress)
            pending.request.watch.progress(progress);
    }

    bool isAskedToStop(qsizetype which) const { return *pages.at(which).request.watch.stopRequested; }

    /// Answers with the first rows alone, as a search does that was ended early.
    void answerStopped(qsizetype which, qsizetype rows)
    {
        const Pending pending = pages.takeAt(which);
        Page page = select(pending.request);
        page.rows.resize(qMin(rows, page.rows.size()));
        page.complete = false;
        page.stopped = true;
        if (pending.context)
            pending.reply(page);
    }

    void failPage(qsizetype which, const Error &error)
    {
        const Pending pending = pages.takeAt(which);
        if (pending.context)
            pending.reply(fail(error));
    }

    void answerCount()
    {
        const PendingCount pending = counts.takeFirst();
        if (!pending.context)
            return;
        qint64 rows = 0;
        for (const QSqlRecord &row : std::as_const(table)) {
            if (!pending.request.before ||
                comesBefore(rowCursor(row), *pending.request.before, pending.request.sort))
                ++rows;
        }
        pending.reply(RowCount{RowCount::Kind::Exact, rows});
    }

    Page select(const PageRequest &request) const
    {
        QList<QSqlRecord> ordered = table;
        std::sort(ordered.begin(), ordered.end(), [&request](const QSqlRecord &a, const QSqlRecord &b) {
            return comesBefore(rowCursor(a), rowCursor(b), request.sort);
        });
        const bool backward = request.direction == PageRequest::Direction::Backward;
        if (backward)
            std::reverse(ordered.begin(), ordered.end());
        Page page{{}, true};
        for (const QSqlRecord &row : std::as_const(ordered)) {
            if (request.from && !isBeyond(rowCursor(row), request))
                continue;
            if (page.rows.size() == request.limit) {
                page.complete = false;
                break;
            }
            page.rows.append(row);
        }
        if (backward)
            std::reverse(page.rows.begin(), page.rows.end());
        return page;
    }

private:
    static bool comesBefore(const Cursor &a, const Cursor &b, const Sort &sort)
    {
        const bool less = a.value != b.value ? a.value < b.value : a.id < b.id;
        return sort.descending ? !less && a != b : less;
    }

    static bool isBeyond(const Cursor &cursor, const PageRequest &request)
    {
        if (cursor == *request.from)
            return request.includeFrom;
        const bool before = comesBefore(cursor, *request.from, request.sort);
        return before == (request.direction == PageRequest::Direction::Backward);
    }
};

} // namespace signalbox
