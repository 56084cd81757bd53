#include "app/database/result_rows.h"

#include <QDateTime>
#include <QSqlField>
#include <QVariant>
#include <QtNumeric>

namespace signalbox {

namespace {

// Type numbers of pg_type that never change.
enum TypeOid : Oid {
    boolOid = 16,
    byteaOid = 17,
    int8Oid = 20,
    int2Oid = 21,
    int4Oid = 23,
    oidOid = 26,
    xidOid = 28,
    cidOid = 29,
    float4Oid = 700,
    float8Oid = 701,
    dateOid = 1082,
    timestampOid = 1114,
    timestamptzOid = 1184
};

QMetaType typeOf(Oid oid)
{
    switch (oid) {
    case boolOid:
        return QMetaType::fromType<bool>();
    case int8Oid:
    case oidOid:
    case xidOid:
    case cidOid:
        return QMetaType::fromType<qlonglong>();
    case int2Oid:
    case int4Oid:
        return QMetaType::fromType<int>();
    case float4Oid:
    case float8Oid:
        return QMetaType::fromType<double>();
    case dateOid:
        return QMetaType::fromType<QDate>();
    case timestampOid:
    case timestamptzOid:
        return QMetaType::fromType<QDateTime>();
    case byteaOid:
        return QMetaType::fromType<QByteArray>();
    default:
        return QMetaType::fromType<QString>();
    }
}

// The number that `count` digits from `at` make, or -1.
int digitsAt(const QByteArray &text, qsizetype at, int count)
{
    int number = 0;
    for (qsizetype i = at; i < at + count; ++i) {
        if (i >= text.size() || text.at(i) < '0' || text.at(i) > '9')
            return -1;
        number = number * 10 + (text.at(i) - '0');
    }
    return number;
}

QDate dateOf(const QByteArray &text)
{
    const bool isPlain = text.size() >= 10 && text.at(4) == '-' && !text.endsWith("BC");
    return isPlain ? QDate(digitsAt(text, 0, 4), digitsAt(text, 5, 2), digitsAt(text, 8, 2)) : QDate();
}

// "2026-11-25 01:39:45.123456+00": sessions speak ISO and UTC. Infinity and years of more than four digits
// have no QDateTime.
QDateTime timeOf(const QByteArray &text)
{
    constexpr qsizetype secondsEnd = 19;
    const QDate date = dateOf(text);
    const QTime time(digitsAt(text, 11, 2), digitsAt(text, 14, 2), digitsAt(text, 17, 2));
    if (!date.isValid() || !time.isValid())
        return {};
    qint64 microseconds = 0;
    if (text.size() > secondsEnd && text.at(secondsEnd) == '.') {
        int scale = 100'000;
        for (qsizetype at = secondsEnd + 1; at < text.size() && digitsAt(text, at, 1) >= 0; ++at) {
            microseconds += digitsAt(text, at, 1) * qint64(scale);
            scale /= 10;
        }
    }
    return QDateTime(date, time, Qt::UTC).addMSecs((microseconds + 500) / 1'000);
}

double doubleOf(const QByteArray &text)
{
    if (text == "NaN")
        return qQNaN();
    if (text.endsWith("Infinity"))
        return text.startsWith('-') ? -qInf() : qInf();
    return text.toDouble();
}

QVariant valueOf(const PGresult *result, int row, int column, QMetaType type)
{
    if (PQgetisnull(result, row, column))
        return QVariant(type);
    const char *text = PQgetvalue(result, row, column);
    const int length = PQgetlength(result, row, column);
    const QByteArray bytes = QByteArray::fromRawData(text, length);
    switch (type.id()) {
    case QMetaType::Bool:
        return text[0] == 't';
    case QMetaType::Int:
        return bytes.toInt();
    case QMetaType::LongLong:
        return bytes.toLongLong();
    case QMetaType::Double:
        return doubleOf(bytes);
    case QMetaType::QDate:
        return dateOf(bytes);
    case QMetaType::QDateTime:
        return timeOf(bytes);
    case QMetaType::QByteArray:
        return QByteArray::fromHex(bytes.mid(2)); // \x…
    default:
        return QString::fromUtf8(text, length);
    }
}

} // namespace

QSqlRecord columnsOf(const PGresult *result)
{
    QSqlRecord columns;
    for (int column = 0; column < PQnfields(result); ++column)
        columns.append(
            QSqlField(QString::fromUtf8(PQfname(result, column)), typeOf(PQftype(result, column))));
    return columns;
}

void appendRows(QList<QSqlRecord> &rows, const QSqlRecord &columns, const PGresult *result)
{
    const int count = PQntuples(result);
    for (int row = 0; row < count; ++row) {
        QSqlRecord &values = rows.emplace_back(columns);
        for (int column = 0; column < columns.count(); ++column)
            values.setValue(column, valueOf(result, row, column, columns.field(column).metaType()));
    }
}

} // namespace signalbox
