#pragma once

#include <QString>
#include <functional>
#include <tl/expected.hpp>

namespace signalbox {

/// Why something did not happen. `what` failed, `why`, and what the user can do about it (`hint`, may be
/// empty). Never holds a secret: errors are logged and shown.
struct Error
{
    enum class Kind {
        Failed,      ///< the attempt was made and did not succeed (exit 1)
        Refused,     ///< a rule of ours or of the server forbids it (exit 1)
        Conflict,    ///< somebody else was faster, e.g. an expected version (exit 1)
        NotFound,    ///< the thing named does not exist (exit 1)
        Unavailable, ///< no connection; trying again later may help (exit 1)
        Usage        ///< the command line or filter is wrong (exit 2)
    };

    Kind kind = Kind::Failed;
    QString what;
    QString why;
    QString hint;
    /// SQLSTATE where PostgreSQL said one, else empty.
    QString sqlState;
    /// Zero-based position in the text that was refused, or -1.
    qsizetype position = -1;

    /// "what: why (hint)", one line.
    QString line() const;
};

template <typename T> using Result = tl::expected<T, Error>;
using Done = Result<void>;

/// Receives the outcome of an asynchronous call, on the thread of the context object that was handed over
/// with it; never called once that object is gone.
template <typename T> using Reply = std::function<void(Result<T>)>;

inline tl::unexpected<Error> fail(Error::Kind kind, const QString &what, const QString &why,
                                  const QString &hint = {})
{
    return tl::unexpected<Error>(Error{kind, what, why, hint, {}, -1});
}

inline tl::unexpected<Error> fail(const QString &what, const QString &why, const QString &hint = {})
{
    return fail(Error::Kind::Failed, what, why, hint);
}

inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

} // namespace signalbox
