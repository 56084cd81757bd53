#include "app/database/parameter_values.h"

#include <QDateTime>
#include <QUuid>

#include <algorithm>
#include <limits>

namespace signalbox {

namespace {

constexpr int textFormat = 0;
constexpr int binaryFormat = 1;

// A variant that holds a null text is not null itself.
bool isNull(const QVariant &value)
{
    if (value.isNull())
        return true;
    switch (value.typeId()) {
    case QMetaType::QString:
        return static_cast<const QString *>(value.constData())->isNull();
    case QMetaType::QByteArray:
        return static_cast<const QByteArray *>(value.constData())->isNull();
    case QMetaType::QDateTime:
        return !static_cast<const QDateTime *>(value.constData())->isValid();
    case QMetaType::QUuid:
        return static_cast<const QUuid *>(value.constData())->isNull();
    default:
        return false;
    }
}

QByteArray textOf(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::Bool:
        return value.toBool() ? "true" : "false";
    case QMetaType::Double:
        return QByteArray::number(value.toDouble(), 'g', std::numeric_limits<double>::max_digits10);
    case QMetaType::QDateTime:
        return value.toDateTime().toUTC().toString(Qt::ISODateWithMs).toUtf8();
    case QMetaType::QUuid:
        return value.toUuid().toByteArray(QUuid::WithoutBraces);
    default:
        return value.toString().toUtf8();
    }
}

} // namespace

Result<ParameterValues> ParameterValues::of(const QStringList &names, const Bindings &bindings)
{
    ParameterValues parameters;
    parameters.m_owned.reserve(std::size_t(names.size()));
    for (const QString &name : names) {
        const auto bound = std::find_if(bindings.cbegin(), bindings.cend(),
                                        [&name](const Binding &binding) { return binding.name == name; });
        if (bound == bindings.cend())
            return fail(QStringLiteral("bind values"), QStringLiteral("there is none for %1").arg(name));
        parameters.append(bound->value);
    }
    return parameters;
}

void ParameterValues::append(const QVariant &value)
{
    const bool isBytes = value.typeId() == QMetaType::QByteArray;
    m_formats.push_back(isBytes ? binaryFormat : textFormat);
    if (isNull(value)) {
        m_values.push_back(nullptr);
        m_lengths.push_back(0);
        return;
    }
    const QByteArray &bytes = m_owned.emplace_back(isBytes ? value.toByteArray() : textOf(value));
    m_values.push_back(bytes.constData());
    m_lengths.push_back(int(bytes.size()));
}

} // namespace signalbox
