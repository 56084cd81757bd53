#pragma once

#include "app/core/result.h"

#include <QList>
#include <QString>

namespace signalbox {

/// Text of a value with its quotes taken off. Quoted characters never act as operators.
struct FilterText
{
    QString text;
    QList<bool> quoted; ///< per character of `text`
    qsizetype position = 0;

    bool isQuoted() const { return quoted.contains(true); }
    /// Index of an unquoted operator, or -1.
    qsizetype indexOf(const QString &operatorText) const;
    bool startsWith(const QString &operatorText) const;
    FilterText mid(qsizetype from, qsizetype count = -1) const;
};

/// `[-]name[.key.key]:value,value`, cut but not yet understood.
struct FilterWord
{
    QString name;
    QList<FilterText> path;
    QList<FilterText> values;
    FilterText bare; ///< without a colon: all of it, without the sign
    bool negated = false;
    bool hasColon = false;
    qsizetype position = 0;
    qsizetype length = 0;
};

/// Cuts a filter at its spaces, colons, dots (before the colon) and commas. The only error is a quote that
/// never ends.
Result<QList<FilterWord>> cutFilter(const QString &text);

} // namespace signalbox
