#pragma once

#include "app/core/result.h"
#include "app/database/binding.h"

#include <QByteArray>
#include <QStringList>

#include <vector>

namespace signalbox {

/// Bound values in the form libpq sends them: text of which the server infers the type, bytes as they are.
/// They never become part of the statement's text, which the server logs and shows to other sessions.
class ParameterValues
{
public:
    /// Errors: Failed for a name without a value.
    static Result<ParameterValues> of(const QStringList &names, const Bindings &bindings);

    int count() const { return int(m_values.size()); }
    const char *const *values() const { return m_values.data(); }
    const int *lengths() const { return m_lengths.data(); }
    const int *formats() const { return m_formats.data(); }

private:
    void append(const QVariant &value);

    std::vector<QByteArray> m_owned; ///< what m_values point into
    std::vector<const char *> m_values;
    std::vector<int> m_lengths;
    std::vector<int> m_formats;
};

} // namespace signalbox
